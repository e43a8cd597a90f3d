# The sandbox: a throw-away directory to learn and to test in.
sandbox-invalid-name = “{ $name }” cannot be the name of a sandbox: use 1 to 32 lower-case letters, digits and hyphens, and no hyphen first.
sandbox-pupils-out-of-range = A sandbox cannot have { $given } pupils: ask for { $min } to { $max }.
sandbox-unusable-path = The sandbox cannot live in “{ $path }”: the path holds characters that do not fit into a configuration.
sandbox-absent = There is no sandbox named “{ $name }”.
sandbox-program-missing = The program { $program } is not installed; the sandbox needs it.
sandbox-part-missing = The directory server on this machine is incomplete: { $part } is missing.
sandbox-load-failed = The sandbox could not be filled.
sandbox-start-failed = The sandbox’s directory did not start.
sandbox-will-not-stop = The sandbox’s directory (process { $pid }) does not stop.
sandbox-certificate-failed = The sandbox’s certificates could not be made.
sandbox-file-failed = “{ $path }” could not be read or written.
sandbox-log-line = { $line }
sandbox-hint-install = Install it: sudo apt-get install slapd
sandbox-hint-up = Start it: entctl sandbox up --name { $name }
