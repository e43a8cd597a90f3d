# Sentences that belong to no room in particular.
yes-letter = y

exit-status-0 = done, or nothing to do
exit-status-1 = failed, nothing was changed
exit-status-2 = wrong usage or configuration
exit-status-3 = partly done, or the outcome of a write stays unknown
exit-status-4 = changes are pending (simulation with --detailed-exitcode)
exit-status-5 = not found, or several match
exit-status-6 = refused: school, role, safety limit, or changed meanwhile
exit-status-10 = the directory cannot be reached
exit-status-11 = name, password or rights refused
exit-status-12 = another run is under way
exit-status-13 = written, but the mail did not go out
exit-status-130 = interrupted
