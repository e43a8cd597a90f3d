<?php
// Hands what a visitor typed on the login page to entctl. See docs/login-page.md.

declare(strict_types=1);

// An array, so that no shell ever sees anything (PHP 7.4); the login is not in it. contrib/login-page/sudoers allows
// these words.
const ENTCTL = [
    '/usr/bin/sudo', '-n', '-u', 'entctl',
    '/usr/bin/timeout', '20',
    '/usr/bin/entctl', '--no-input', '--profile', 'college', 'password', 'send', '--uniform',
];

// Say this whatever happened, and nothing else.
const ANSWER = "Si un compte correspond et qu'il a une adresse de secours, un e-mail est en route.";

/**
 * Takes the request and gives the sentence to show. What was typed is neither logged nor kept: it may be a password.
 */
function forgotten_password(string $login): string
{
    $pipes = [];
    $process = proc_open(
        ENTCTL,
        [0 => ['pipe', 'r'], 1 => ['file', '/dev/null', 'w'], 2 => ['pipe', 'w']],
        $pipes
    );
    if (!is_resource($process)) {
        error_log('entctl: cannot be started');
        return ANSWER;
    }
    // More than a login ever has; a longer text is nobody's. It fits into the pipe: this never waits.
    fwrite($pipes[0], substr($login, 0, 1000));
    fclose($pipes[0]);
    // timeout(1) on the command line sees to it that this comes to an end.
    $words = stream_get_contents($pipes[2], 10000);
    fclose($pipes[2]);
    $status = proc_close($process);
    if ($status !== 0) {
        error_log("entctl: exit status $status: $words");
    }
    return ANSWER;
}
