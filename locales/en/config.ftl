# The configuration: mistakes, files, profiles, passwords.
config-invalid = { $count ->
    [one] There is a mistake in the configuration file { $file }.
   *[other] There are { $count } mistakes in the configuration file { $file }.
}
config-problem-at = { $file }:{ $line }:{ $column }: { $problem }
config-problems-more = { $count ->
    [one] … and one more.
   *[other] … and { $count } more.
}
config-see-example = Every setting is explained in { $example }.

config-unknown-key = there is no setting called “{ $key }”
config-unknown-key-nearest = there is no setting called “{ $key }”; did you mean “{ $nearest }”?
config-unknown-key-elsewhere = “{ $key }” does not belong here: write it as “{ $path }”
config-password-in-file = “{ $key }”: a password must not be written in this file; say where to read it with one of { $sources }
config-profile-name = “{ $key }”: a profile name begins with a letter or a digit and holds only letters, digits, “.”, “-” and “_”
config-wrong-type = “{ $key }”: expected: { $expected }; found: { $found }
config-invalid-value = “{ $key }”: “{ $given }” will not do; expected: { $expected }
config-invalid-value-nearest = “{ $key }”: “{ $given }” will not do; did you mean “{ $nearest }”? Expected: { $expected }
config-invalid-hidden = “{ $key }”: this value will not do (it is not repeated here, it might be secret); expected: { $expected }
config-missing-key = “{ $key }” is missing; expected: { $expected }
config-needs-key = “{ $key }” is of no use without “{ $other }”
config-conflicting-keys = “{ $key }” cannot stand together with “{ $other }”
config-external-needs-proof = “{ $key }”: with “{ $url }” nothing proves who you are; add a client certificate and an encrypted connection, or use a local socket
config-start-tls-unused = “{ $key }” is only for addresses in { $scheme }, and there is none

config-expected-text = a text that is not empty
config-expected-boolean = one of: { $example }
config-expected-choice = one of: { $words }
config-expected-path = the path of a file or folder, in quotes
config-expected-server-urls = a list of one or more directory server addresses, such as { $example }
config-expected-web-url = the address of a web page, such as { $example }
config-expected-name = the full name of a place or an account in the directory, such as { $example }
config-expected-seconds = a number of seconds above 0, at most 3600, such as { $example }
config-expected-integer = a whole number from { $min } to { $max }
config-expected-uais = a list of one or more school numbers (seven digits and a capital letter), such as { $example }
config-expected-class-names = a list of one or more class names, such as { $example }
config-expected-domains = a list of one or more mail domains, such as { $example }
config-expected-attribute-name = the name of an attribute or of a class, such as { $example }
config-expected-choices = a list of one or more of: { $words }
config-expected-commands = a list of one or more commands, or of all commands of one kind, such as { $example }
config-expected-filter = a search filter in parentheses, such as { $example }
config-expected-login-template = the full name of an account in which the login is left open, such as { $example }
config-expected-attribute-names = one or more attribute names, such as { $example }
config-expected-command = a list: the program, then its arguments (no shell reads it), such as { $example }
config-expected-variable = the name of an environment variable (not the password itself), such as { $example }
config-expected-change-limit = a number of accounts or a percentage, such as { $example }
config-expected-system-log = true, false or the path of a log socket, such as { $example }
config-expected-mail-server = the address of a mail server, for example { $example }
config-expected-mailbox = a mail address, with or without a name, for example { $example }
config-expected-stretch = a stretch of time in minutes, hours or days, at most a year, such as { $example }
config-expected-time-zone = the name of a time zone, for example { $example }
config-expected-table = a table

config-type-string = a text
config-type-integer = a whole number
config-type-float = a number with a decimal point
config-type-boolean = true or false
config-type-datetime = a date
config-type-array = a list
config-type-table = a table

config-syntax-duplicate = this setting or table is already there above
config-syntax-extend = this name already has a value above and cannot be a table as well
config-syntax-unquoted = a text must stand in straight quotes
config-syntax-escape = wrong character after “\”; write “\\” for a backslash, or put the text in single quotes
config-syntax-string = this text is not closed properly: a quote is missing, or a character is not allowed
config-syntax-inline-table = the table in braces is not written properly: a comma or a closing brace is missing, or there is one too many
config-syntax-header = the title in square brackets is not closed
config-syntax-array = the list is not written properly: a comma or a closing square bracket is missing, or there is one too many
config-syntax-no-value = expected: name = value
config-syntax-rest = this line holds more than one setting
config-syntax-key = a name of letters, digits, “-” and “_” is expected here
config-syntax-value = this is neither a text in quotes, nor a number, nor true or false
config-syntax-deep = too many tables or lists one inside the other
config-syntax-other = this line is not valid TOML

config-unreadable = The configuration file { $file } cannot be read.
config-file-missing = the file does not exist
config-file-forbidden = you have no right to read it
config-file-not-text = it is not a text file in UTF-8
config-file-too-large = it is too large to be a configuration
config-file-other = the system says: { $detail }
config-sandbox-skipped = the sandbox file { $file } was left aside: { $reason }

config-missing = There is no configuration yet: { $file } does not exist.
config-no-profile = The configuration file { $file } holds no profile.
config-profile-unknown = There is no profile called “{ $name }”.
config-profile-not-chosen = There are several profiles, and none was chosen.
config-hint-write = To work with your own directory, copy { $example } to { $file } and fill it in.
config-hint-sandbox = To try things out with made-up schools: { $command }
config-hint-nearest = Did you mean “{ $nearest }”?
config-hint-names = Known profiles: { $names }
config-hint-choose = Choose one with { $option }, or name one for good with “{ $key }” in the configuration.

config-plaintext-refused = The password of the profile “{ $profile }” would cross the network unencrypted to { $url }.
config-hint-encrypt = Use an address in { $scheme }, or add { $setting } to the profile.
config-hint-allow-plaintext = If the network between the two machines is trusted, the profile may say so: { $setting }

config-password-file = The password file { $file } cannot be used.
config-password-file-kind = it is not an ordinary file
config-password-file-owner = it belongs to another user (number { $owner }); it must be yours or the system administrator's
config-password-file-mode = others than its owner may open it (rights { $mode })
config-hint-chmod = Close it with: { $command }
config-password-command = The program { $program } gave no password.
config-command-missing = there is no such program
config-command-forbidden = you have no right to run it
config-command-failed = it could not be run to its end
config-command-timeout = it had not finished after { $seconds } s and was stopped
config-command-exit = it ended with status { $status }
config-command-signal = it was stopped by signal { $signal }
config-command-says = it says: { $complaint }
config-password-variable = The environment variable { $name } gives no password.
config-password-variable-unset = it is not set
config-password-empty = the password is empty
config-password-not-text = the password is not text in UTF-8
config-password-too-long = the first line has more than { $most } bytes

config-env-config = Path of the configuration file, as --config.
config-env-profile = Name of the profile, as --profile.
config-env-no-color = Where it is set and not empty, nothing is coloured.
config-env-lc-all = Language of the messages, before the two that follow.
config-env-lc-messages = Language of the messages.
config-env-lang = Language of the messages where the others are not set.
config-env-xdg-config-home = Folder of personal configurations (usually ~/.config).
config-env-xdg-state-home = Folder where the history is kept (usually ~/.local/state).
config-env-home = Your home folder.
