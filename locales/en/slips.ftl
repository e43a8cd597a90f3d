# The slips to cut out that carry the new passwords.
slips-title = New passwords
slips-page = { $count ->
    [one] page { $number }
   *[other] page { $number } of { $count }
}
slips-login = Login
slips-password = Temporary password
slips-go = Go to { $url }
slips-go-to-the-ent = Go to the ENT's login page.
slips-type = Type the login and the password above.
slips-choose = Then choose your own password.
slips-choose-min = { $count ->
    [one] Then choose your own password: at least { $count } character.
   *[other] Then choose your own password: at least { $count } characters.
}
slips-until = Valid until { $until }.
slips-personal = This password is personal: do not give it to anyone.

slips-extension = “{ $path }” is not a name for a slips file. Possible extensions: { $extensions }.
slips-exists = The file “{ $path }” already exists. A slips file is never overwritten.
slips-hint-other-name = Choose another name, or move the old file elsewhere.
slips-folder-missing = The folder “{ $folder }” does not exist.
slips-folder-unwritable = The folder “{ $folder }” cannot be written to.
slips-unwritable = The slips cannot be saved in “{ $path }”. Nothing was written to the directory.
slips-unreadable = The slips of the interrupted run (“{ $path }”) cannot be taken up again.
slips-not-finished = The new passwords are valid, but the slips could not be saved in “{ $path }”. They are kept in “{ $partial }”.
slips-hint-resume = Free some space or mend the folder, then finish with: entctl history resume { $run }
slips-not-removed = The temporary file “{ $path }” could not be removed. It holds passwords: remove it.
slips-not-rendered = The slips could not be laid out.

slips-cause-full = the disk is full
slips-cause-too-large = the file is larger than allowed
slips-cause-denied = the permissions of this folder do not allow it
slips-cause-read-only = this disk is read-only
slips-cause-missing = the folder is no longer there
slips-cause-exists = a file of this name already exists
slips-cause-not-private = other people could read this file, or it belongs to somebody else
slips-cause-damaged = the file is incomplete or damaged
slips-cause-other = the system answered: { $error }
slips-pending = The file “{ $path }” is being made by another run, or by one that was interrupted.
slips-pending-hint = Finish that run first: entctl history list names it, entctl history resume ends it.
