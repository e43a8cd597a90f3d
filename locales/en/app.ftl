# Files, terminals, the administrator's own password.
app-admin-password = Password of profile “{ $profile }”:
app-password-prompt-impossible = The password of profile “{ $profile }” would have to be asked for, and there is nobody to ask.
app-password-prompt-impossible-hint = Name a password_file, a password_command or a password_env in the profile, or run this in a terminal without --no-input.
app-no-terminal = A password must be typed, and there is no terminal.
app-file-too-large = “{ $file }” is too large: 256 MB at most.
app-file-unreadable = “{ $file }” cannot be read.
app-file-unreadable-hint = Check the name of the file and its folder, and that you may read it.
app-file-unwritable = “{ $file }” cannot be written.
app-stdin-lines = Standard input must hold { $count } lines: the old password, then the new one.
app-file-exists = The file “{ $file }” is there already. It is never overwritten.
app-file-exists-hint = Choose another name, or put the old file elsewhere.
app-file-folder = The folder “{ $folder }” does not exist.
app-file-folder-unwritable = The folder “{ $folder }” cannot be written to.

# LDIF files.
app-ldif-invalid = { $file } cannot be read as LDIF.
app-ldif-line = Line { $line } is no line of LDIF.
app-ldif-base64 = Line { $line }: what follows the two colons is not base64.
app-ldif-name = Line { $line } does not name a person or a thing of the directory.
app-ldif-elsewhere = Line { $line }: a value that stands in another file is not read.
app-ldif-change = Line { $line }: this file holds changes; give one that ldapsearch -LLL wrote.
