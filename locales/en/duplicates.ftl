# People who have several accounts (account duplicates).
duplicates-reading = Reading
duplicates-comparing = Comparing
duplicates-count = { $count ->
    [0] Nobody seems to have two accounts.
    [one] 1 pair of accounts that may be one person's. Nothing was changed.
   *[other] { $count } pairs of accounts that may be one person's. Nothing was changed.
}
duplicates-review = To look at them side by side and decide: entctl account review
duplicates-more = Less sure pairs: --tier possible
duplicates-score = { $percent } %
duplicates-cluster = person
duplicates-likely = likely
duplicates-tier = how sure
duplicates-keep = to keep
duplicates-why = why that one
duplicates-other = other account
duplicates-reasons = reasons
duplicates-tier-certain = certain
duplicates-tier-probable = probable
duplicates-tier-possible = possible
duplicates-keep-own-password = password of their own
duplicates-keep-last-login = used last
duplicates-keep-recovery = has a mail address
duplicates-keep-children = more children
duplicates-keep-first = nothing sets them apart
duplicates-children = both parents of { $names }
duplicates-reason-family-same = same family name
duplicates-reason-family-birth = name at birth and name in use
duplicates-reason-family-part = one of two family names
duplicates-reason-family-near = family names nearly alike
duplicates-reason-family-different = other family name
duplicates-reason-names-swapped = first and last name in each other's place
duplicates-reason-given-same = same first name
duplicates-reason-given-first = same first name, others behind it
duplicates-reason-given-part = first name cut short
duplicates-reason-given-near = first names nearly alike
duplicates-reason-given-initial = first letter of the first name
duplicates-reason-given-different = other first name
duplicates-reason-mail-same = same mail address
duplicates-reason-mail-near = mail addresses a letter apart
duplicates-reason-mail-different = other mail address
duplicates-reason-mobile-same = same mobile
duplicates-reason-mobile-near = mobiles a digit apart
duplicates-reason-mobile-different = other mobile
duplicates-reason-landline-same = same home telephone
duplicates-reason-landline-near = home telephones a digit apart
duplicates-reason-landline-different = other home telephone
duplicates-reason-address-same = same address
duplicates-reason-address-near = nearly the same address
duplicates-reason-area-same = same postcode
duplicates-reason-address-different = other address
duplicates-reason-child-same = same child
duplicates-reason-child-different = other children
duplicates-reason-partner-same = same other parent
duplicates-reason-partner-name-same = other parents of one name
duplicates-reason-partner-different = other parents differ
duplicates-reason-birth-date-same = same birth date
duplicates-reason-birth-date-different = other birth date
duplicates-reason-join-key-same = same number in the feed
duplicates-reason-sex-different = M. and Mme
duplicates-reason-kinship-different = not the same relative of the child
duplicates-reason-couple = different first names in one home: probably a couple

decisions-column-verb = decision
decisions-column-kept = account
decisions-column-others = with
decision-link = link
decision-merge = merge
decision-dismiss = two people
dismiss-two = Two accounts must be named.
dismiss-no-place = This directory has no place to remember that two accounts are of two people.
dismiss-no-place-hint = Whoever runs the directory can name one in the configuration: not_same, and record_class.
dismiss-nothing = This is remembered already: nothing to do.
dismiss-confirm = { $count ->
        [one] Remember that they are two people?
       *[other] Remember { $count } such decisions?
    }
dismiss-simulated = { $count ->
        [one] Simulation: one decision would be remembered. Nothing was changed.
       *[other] Simulation: { $count } decisions would be remembered. Nothing was changed.
    }
dismiss-done = { $count ->
        [one] One decision remembered (run { $run }).
       *[other] { $count } decisions remembered (run { $run }).
    }
dismiss-progress = Decisions
