# The mails: dates in words, and what is wrong with a template.
letters-date = { $weekday } { $day } { $month } { $year } at { $hour }:{ $minute }
letters-date-first = { $weekday } 1 { $month } { $year } at { $hour }:{ $minute }
letters-weekday-1 = Monday
letters-weekday-2 = Tuesday
letters-weekday-3 = Wednesday
letters-weekday-4 = Thursday
letters-weekday-5 = Friday
letters-weekday-6 = Saturday
letters-weekday-7 = Sunday
letters-month-1 = January
letters-month-2 = February
letters-month-3 = March
letters-month-4 = April
letters-month-5 = May
letters-month-6 = June
letters-month-7 = July
letters-month-8 = August
letters-month-9 = September
letters-month-10 = October
letters-month-11 = November
letters-month-12 = December
letters-password-placeholder = [temporary password]

letters-invalid = { $count ->
    [one] A mail template of { $folder } cannot be used.
   *[other] { $count } faults in the mail templates of { $folder }.
}
letters-invalid-hint = Each template, and what it may hold, is explained in { $document }.
letters-problem = { $file }: { $problem }
letters-problem-line = { $file }, line { $line }: { $problem }
letters-folder-unreadable = the folder cannot be read
letters-file-unreadable = this file cannot be read, or is no text in UTF-8
letters-file-unknown = no mail is called that
letters-file-unknown-nearest = no mail is called that; did you mean “{ $nearest }”?
letters-syntax = this line is no correct template
letters-unknown-variable = “{ $name }” does not exist in this mail; it may hold: { $known }
letters-unknown-inside = this line uses something that does not exist
letters-no-subject = the first line must begin with “{ $word }” and give the subject, and the second one must be empty
letters-lacks = “{ $name }” must stand in the text
letters-once = “{ $name }” must stand in the text exactly once for each account
letters-secret-subject = the password must not stand in the subject, which anybody can read
letters-unescaped = a name is put in without protection; take the filter “safe” away
letters-link = the only link allowed is the one to the ENT's page ({ $name })
letters-not-written = The mail could not be written.
