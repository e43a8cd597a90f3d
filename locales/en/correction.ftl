# The right of correction.
correct-confirm = Correct this?
correct-simulated = Simulation: this would be corrected. Nothing was done.
correct-nothing = It is so already: nothing to do.
correct-done = Corrected (run { $run }).
correct-progress = Corrections
set-empty = (nothing)
set-feed-owned = The nightly feed owns this and may write its own value again: have it corrected at the source too, in the pupils' database or by the office that feeds the directory.
set-full-name-kept = The full name is not made of these names: it stays as it is.
set-one-account = A correction is about one person at a time.
set-one-account-hint = Name one: entctl account set lea.dupont phone=0639981234
set-missing = “{ $text }” is not a correction.
set-missing-hint = Write the field, = and the value: entctl account set lea.dupont phone=0639981234
set-twice = { $field }: given twice, and there can be one only.
set-not-of-role = { $field }: not kept for { $name }, who has another role.
set-names-account = { $field }: the account of { $name } is named by it in the directory, it cannot be corrected here.
set-value = { $field }: “{ $value }” cannot be.
set-value-required = { $field }: cannot be left empty.
set-expected-name = A name with letters, on one line, without $ or hidden characters, such as { $example }
set-expected-text = Text on one line, without $ or hidden characters, such as { $example }
set-expected-phone = A telephone number, such as { $example }, 0262 90 12 34 or +49 30 123456
set-expected-date = A day of the calendar, such as { $example } or 2014-03-14
set-expected-future = A day that is not to come, such as { $example }
set-expected-mail = A mail address, such as { $example }
set-expected-address = An address of one to six lines, with ; between them, such as { $example }
set-expected-postcode = Five digits, such as { $example }; for another country give country= too
set-expected-postcode-abroad = A postal code, such as 31000 or { $example }
set-expected-language = The two letters of a language, such as { $example }
set-expected-choice = One of: { $choices }
set-expected-required = A person always has one: give the right one.
set-elsewhere = “{ $field }” is not corrected here.
set-elsewhere-password = A new password is given with: entctl password reset
set-elsewhere-state = Accounts are closed and opened with: entctl account lock, entctl account unlock
set-elsewhere-mail = The redirect and the recovery address are the person's own to choose, in the settings of the ENT; for them: entctl mail set
set-elsewhere-identifiers = Login, alias and numbers are what other programs know the account by; the nightly feed alone gives them.
set-elsewhere-classes = Classes, groups, schools and posts come from the nightly feed: have them corrected in the pupils' or staff database.
set-elsewhere-family = Parents and children are linked by the nightly feed: have the link corrected in the pupils' database.
set-unknown = There is no field “{ $field }”.
set-unknown-nearest = Did you mean { $field }?
set-unknown-hint = Fields: { $fields } (a hyphen stands for a space: birth-date=14/03/2014)
set-unknown-more = { $field }, { $more }

# The fields
set-field-first-name = first name
set-field-last-name = last name
set-field-birth-name = birth name
set-field-other-names = other first names
set-field-title = title
set-field-birth-date = birth date
set-field-phone = telephone
set-field-work-phone = telephone at work
set-field-mobile = mobile
set-field-mail = mail address
set-field-address = address
set-field-street = street
set-field-postcode = postal code
set-field-city = town
set-field-country = country
set-field-language = language
set-field-display-name = name shown
set-field-full-name = full name
