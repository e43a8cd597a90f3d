# Le bac à sable : un annuaire jetable pour apprendre et pour essayer.
sandbox-invalid-name = « { $name } » ne convient pas comme nom de bac à sable : 1 à 32 lettres minuscules, chiffres et traits d’union, sans trait d’union au début.
sandbox-pupils-out-of-range = Un bac à sable ne peut pas avoir { $given } élèves : demandez-en entre { $min } et { $max }.
sandbox-unusable-path = Le bac à sable ne peut pas être placé dans « { $path } » : ce chemin contient des caractères qui n’entrent pas dans une configuration.
sandbox-absent = Il n’y a pas de bac à sable nommé « { $name } ».
sandbox-program-missing = Le programme { $program } n’est pas installé ; le bac à sable en a besoin.
sandbox-part-missing = Le serveur d’annuaire de cette machine est incomplet : il manque { $part }.
sandbox-load-failed = Le bac à sable n’a pas pu être rempli.
sandbox-start-failed = L’annuaire du bac à sable n’a pas démarré.
sandbox-will-not-stop = L’annuaire du bac à sable (processus { $pid }) ne s’arrête pas.
sandbox-certificate-failed = Les certificats du bac à sable n’ont pas pu être créés.
sandbox-file-failed = « { $path } » n’a pas pu être lu ou écrit.
sandbox-log-line = { $line }
sandbox-hint-install = Installez-le : sudo apt-get install slapd
sandbox-hint-up = Pour le démarrer : entctl sandbox up --name { $name }
