# What the directory answers, and what to do.
directory-server-says = the directory answers { $code }: { $words }
directory-cause = { $words }
directory-unreachable = The directory { $url } cannot be reached.
directory-unreachable-hint = Check the network and the address (urls) in the configuration.
directory-certificate = A protected connection to { $url } is not possible.
directory-certificate-unknown = The certificate of { $url } was issued by an authority that is not known here.
directory-certificate-expired = The certificate of { $url } has expired.
directory-certificate-early = The certificate of { $url } is not valid yet, or this machine's clock is slow.
directory-certificate-name = The certificate of { $url } was made for another name.
directory-certificate-hint = Nothing was sent. Ask whoever runs the directory.
directory-certificate-unknown-hint = Nothing was sent. Ask whoever runs the directory for the certificate of that authority, then name it with ca_file in the configuration.
directory-timeout = The directory { $url } did not answer in time.
directory-timeout-hint = Try again; if it goes on, ask whoever runs the directory. The time limits are connect_timeout and operation_timeout in the configuration.
directory-connection-lost = The connection to the directory { $url } was lost.
directory-busy = The directory { $url } is busy or shutting down; try again later.
directory-credentials = The directory refuses the name or the password of this profile.
directory-credentials-hint = Check the dn and the password of the profile in the configuration.
directory-own-account-locked = The account of this profile is locked or disabled.
directory-own-account-locked-hint = Ask whoever runs the directory to open it.
directory-own-password-must-change = The account of this profile must first change its own password.
directory-no-rights = The account of this profile has no right to do this.
directory-no-rights-hint = Ask whoever runs the directory for the right, or use another profile.
directory-no-such-object = The directory has nothing at the place the configuration names.
directory-drift = The account was changed meanwhile.
directory-size-limit = The directory stops at its limit of answers: the list would not be whole, so it is not shown.
directory-size-limit-hint = Ask for less (a class, a school), or ask whoever runs the directory for a higher limit.
directory-server-time-limit = The directory stops at its own time limit; ask for less (a class, a school).
directory-password-refused = The directory refuses this password.
directory-value-conflict = The account was changed meanwhile.
directory-filter-invalid = The filter is not well formed (RFC 4515).
directory-url-invalid = “{ $url }” is not the address of a directory.
directory-outcome-unknown = No answer came: nobody knows whether it was done.
directory-protocol = What answers at { $url } does not speak as a directory does.
directory-insecure = The password would cross the network in clear text to { $url }: refused.
directory-insecure-hint = Use ldaps:// or start_tls = true; or write allow_plaintext_password = true in the profile.
directory-server-refused = The directory refused.

# Why a password is refused
policy-password-expired = The password has expired.
policy-account-locked = The account is locked.
policy-own-password-must-change = The password must be changed first.
policy-password-change-forbidden = This password may not be changed by its owner: ask the school's administrator.
policy-old-password-needed = The directory asks for the old password too.
policy-password-too-weak = The directory finds this password too simple.
policy-password-too-short = The directory finds this password too short.
policy-password-too-young = The password was changed too recently to be changed again.
policy-password-used-before = This password was used before: choose another.
