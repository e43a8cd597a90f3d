# Spreadsheet files (CSV).
spreadsheet-refused = The file “{ $file }” cannot be used as it is: nothing was done.
spreadsheet-and-more = { $count ->
    [one] … and { $count } more.
   *[other] … and { $count } more.
}

spreadsheet-empty = The file is empty.
spreadsheet-no-rows = Line { $line }: the file holds the column titles only, no row below them.
spreadsheet-undecodable = Line { $line }: some characters cannot be read. Encodings understood: UTF-8, UTF-16 and Windows-1252.
spreadsheet-nul = Line { $line }: this is not a CSV file (it holds null characters).
spreadsheet-cut = Line { $line }: the last line does not end with a line break. The file may have been cut while it was copied.
spreadsheet-unclosed-quote = Line { $line }: a quotation mark (") opens here and never closes.
spreadsheet-text-after-quote = Line { $line }, column { $column }: text follows a closing quotation mark (").
spreadsheet-cell-count = Line { $line }: { $expected ->
    [one] { $expected } column expected
   *[other] { $expected } columns expected
}, { $found ->
    [one] { $found } found
   *[other] { $found } found
}.
spreadsheet-duplicate-column = Line { $line }: columns { $first } and { $second } have the same title.
spreadsheet-missing-column = A column is missing. Expected, any of: { $expected }. Titles found: { $found }.
spreadsheet-missing-column-bare = A column is missing. Expected, any of: { $expected }.
spreadsheet-empty-cell = Line { $line }: column “{ $column }” is empty.
spreadsheet-repeated = Line { $line }: “{ $given }” already stands on line { $first }.
spreadsheet-unusable-password = Line { $line }: the password begins or ends with a space, or holds an invisible character.

spreadsheet-list = { $head }, { $tail }
spreadsheet-list-nothing = nothing

spreadsheet-hint-encoding = Save the sheet again from the spreadsheet, as “CSV UTF-8”.
spreadsheet-hint-cut = Check that the last row is complete, then save the sheet again from the spreadsheet.
spreadsheet-hint-columns = Open the file in a spreadsheet, check these lines, then save it as CSV again.
spreadsheet-hint-header = The first line must hold the column titles; the data begins on the next one.
spreadsheet-hint-empty = Check that it is the right file, and that what makes it has written it to the end.
spreadsheet-hint-repeated = Keep a single row for each account.

spreadsheet-not-an-object = line { $line }: not an object of JSON with plain values
spreadsheet-column-login = login
spreadsheet-column-id = id
spreadsheet-column-join-key = join key
spreadsheet-column-mail = mail
spreadsheet-column-name = full name
spreadsheet-column-last-name = last name
spreadsheet-column-first-name = first name
spreadsheet-column-class = class
spreadsheet-column-school = school
spreadsheet-column-password = password
spreadsheet-column-named = { $name }

spreadsheet-mixed-family = Line { $line }: under number { $number } this pair has nothing to do with that of line { $first }.
spreadsheet-misfit-check = Line { $line }: the check is not that of these two accounts.
spreadsheet-misfit-name = Line { $line }: a name is not that of the account beside it.
spreadsheet-misfit-login = Line { $line }: a login is not that of the account beside it.
spreadsheet-hint-mixed-family = Sort whole rows, never one column alone; or empty the cell with the number.
spreadsheet-hint-misfit = One column was sorted or filled alone, or these people were renamed since. Make the file again with “entctl account duplicates --format csv”, and sort whole rows.
