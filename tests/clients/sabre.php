<?php
// Reads a list of documents (JSON, on standard input); prints what is wrong in each and what is in it.
namespace Sabre\VObject;

error_reporting(E_ALL & ~E_DEPRECATED);
require $argv[1];

$utc = fn($property) => $property->getDateTime()->getTimestamp();
$shown = fn($event) => [
    (string) $event->UID,
    $utc($event->DTSTART),
    $utc($event->DTEND),
    stripslashes_once((string) $event->SUMMARY),
    (string) $event->STATUS,
];

// Version 2 leaves it to its callers to take a text's backslashes away.
function stripslashes_once($text)
{
    return version_compare(Version::VERSION, '3', '<') ? preg_replace('/\\\\([\\\\;,])/', '$1', $text) : $text;
}

$told = [];
foreach (json_decode(stream_get_contents(STDIN)) as $document) {
    $calendar = Reader::read($document);
    $wrong = array_map(fn($each) => $each['message'], $calendar->validate());
    $told[] = [$wrong, array_map($shown, iterator_to_array($calendar->VEVENT, false))];
}
echo json_encode([Version::VERSION, $told]);
