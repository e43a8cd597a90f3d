# People who have several accounts, looked at one by one (account review).
review-head = Person { $number } of { $of } · { $left ->
    [one] 1 pair left
   *[other] { $left } pairs left
}
review-cluster = { $count } accounts seem to be one person's; comparison { $place } of { $of }:
review-cluster-account = ({ $number }) { $name }
review-cluster-pair = ({ $a }) and ({ $b }): { $percent }%
review-by-third = Nothing makes { $name } and { $other } alike but another account of this list, which is like both.
review-score = One person: { $tier }, { $percent }%
review-for = + For: { $reasons }
review-against = - Against: { $reasons }
review-keep = TO KEEP ({ $why }): { $name }
review-your-choice = your choice
review-other = OTHER: { $name }
review-family = last name
review-given = first name
review-birth-name = birth name
review-title = title
review-birth-date = born
review-mail = mail
review-phone = telephone
review-address = address
review-children = children
review-schools = school
review-groups = groups
review-login = login
review-state = state
review-used = last used
review-key = import key
review-number = number
review-keys = [l]ink · [m]erge · [n]ot the same · [x] keep the other · [s] later · [u] back · [a]pply · [h] help · [q]uit
review-wrong-key = The key “{ $key }” does nothing here.
review-dead-key = This key does nothing here.
review-help-link = l (or r): link. Both accounts stay; the left one gets the children, groups and rights of the other.
review-help-merge = m (or f): merge. One account is left in use, the left one; the other is closed.
review-help-dismiss = n (or d): not the same person. The pair will not be proposed any more.
review-help-turn = x (or o): keep the other. The accounts change sides; what was decided of this person is to be said again.
review-help-later = s (or p): later. The pair comes back next time.
review-help-back = u: take the last answer back.
review-help-apply = a: show all that is decided, and carry it out after a yes.
review-help-quit = q: quit. What is decided is kept; the same command goes on where you were.
review-help-same = The sign = before a line: both accounts say the same.
review-help-different = The sign ≠: they differ; ~: a part is common. No sign: nothing to compare.
review-help-letters = Upper and lower case are alike.
review-taken-link = Linked: { $other } to { $name }
review-taken-merge = Merged: { $other } into { $name }
review-taken-dismiss = Two people: { $name } and { $other }
review-taken-later = Later: { $name } and { $other }
review-taken-turn = To keep from now on: { $other }
review-taken-back = The last answer is taken back.
review-nothing-to-take-back = There is no answer to take back.
review-conflict = Not possible: you joined { $name } to { $other } before. Take that answer back (u), or leave this pair for later (s).
review-nobody = Nobody seems to have two accounts.
review-goes-on = { $count ->
    [one] The review goes on where it stopped: 1 decision waits to be carried out.
   *[other] The review goes on where it stopped: { $count } decisions wait to be carried out.
}
review-through = All pairs have been shown.
review-kept = { $count ->
    [0] Nothing is decided.
    [one] 1 decision is kept and not carried out yet. The same command goes on where you were. To carry it out: entctl account review --apply
   *[other] { $count } decisions are kept and not carried out yet. The same command goes on where you were. To carry them out: entctl account review --apply
}
review-decision = decision
review-decided-link = link
review-decided-merge = merge
review-decided-dismiss = two people
review-waiting = { $count ->
    [0] No decision waits.
    [one] 1 decision waits. To carry it out: entctl account review --apply
   *[other] { $count } decisions wait. To carry them out: entctl account review --apply
}
review-nothing = No decision waits.
review-confirm = { $count ->
    [one] Carry out this decision?
   *[other] Carry out these { $count } decisions?
}
review-simulated = { $count ->
    [one] Dry run: 1 decision would be carried out; nothing was done.
   *[other] Dry run: { $count } decisions would be carried out; nothing was done.
}
review-done = { $count ->
    [one] 1 decision carried out. To take it back: entctl history undo { $run }
   *[other] { $count } decisions carried out. To take them back: entctl history undo { $run }
}
review-progress = Carrying out
review-stay = { $count ->
    [one] 1 decision could not be carried out and still waits: entctl account review --list
   *[other] { $count } decisions could not be carried out and still wait: entctl account review --list
}
review-plan-saved = The decisions wait until this plan is applied.
review-discard = Forget all that is decided and was not carried out?
review-discarded = The decisions that waited are forgotten.
review-dropped-gone = { $name } and { $other }: one of these accounts is gone, or not of your schools any more; the decision is dropped.
review-dropped-joined = { $name } and { $other }: joined already in the meantime; the decision is dropped.
review-dropped-apart = { $name } and { $other }: somebody has noted meanwhile that they are two people; the decision is dropped.
review-dropped-changed = { $name } and { $other }: one of these accounts has changed since; the pair must be looked at again.
review-no-terminal = This command needs the keyboard and the screen of a terminal.
review-no-terminal-list = For the pairs in a file: entctl account duplicates --format csv
review-no-terminal-from = Once the decisions are written there: entctl account link --from FILE
review-under-way = Another review is under way.
review-under-way-hint = Wait until it ends, or leave it with q: what is decided there is kept.
review-unreadable = The decisions that wait cannot be read in { $file }.
review-unreadable-hint = To forget them and begin anew: entctl account review --discard
review-unwritable = The decisions cannot be kept in { $file }.
review-other-directory = The decisions that wait are about another directory.
