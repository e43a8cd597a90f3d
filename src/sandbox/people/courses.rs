//! What is taught at which school: levels, classes, subjects.

use crate::sandbox::tree::{COLLEGE, LYCEE};

/// A national course of studies (MEF).
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Course {
    /// Eleven digits.
    pub(in crate::sandbox) code: &'static str,
    /// Label, also the level.
    pub(in crate::sandbox) label: &'static str,
    /// Stream.
    pub(in crate::sandbox) stream: &'static str,
    /// What class names begin with.
    class_prefix: &'static str,
    /// Year in which most of its pupils were born.
    pub(super) birth_year: u64,
    /// Index of the school.
    pub(super) school: usize,
}

/// The courses, youngest first; the last of each school is the class that exists in both.
pub(super) const COURSES: [Course; 9] = [
    course("10010012110", "6EME", "COLLEGE", "6", 2015, COLLEGE),
    course("10110001110", "5EME", "COLLEGE", "5", 2014, COLLEGE),
    course("10210001110", "4EME", "COLLEGE", "4", 2013, COLLEGE),
    course("10310019110", "3EME", "COLLEGE", "3", 2012, COLLEGE),
    course("16410002110", "ULIS", "COLLEGE", "ULIS", 2013, COLLEGE),
    course(
        "20010018110",
        "2NDE GENERALE ET TECHNO",
        "LYCEE",
        "2NDE ",
        2011,
        LYCEE,
    ),
    course(
        "20110019110",
        "1ERE GENERALE",
        "LYCEE",
        "1ERE ",
        2010,
        LYCEE,
    ),
    course(
        "20210019110",
        "TERMINALE GENERALE",
        "LYCEE",
        "TERM ",
        2009,
        LYCEE,
    ),
    course("16410003110", "ULIS", "LYCEE", "ULIS", 2010, LYCEE),
];

const fn course(
    code: &'static str,
    label: &'static str,
    stream: &'static str,
    class_prefix: &'static str,
    birth_year: u64,
    school: usize,
) -> Course {
    Course {
        code,
        label,
        stream,
        class_prefix,
        birth_year,
        school,
    }
}

/// Pupils a class has at most, while there are names for more classes.
const CLASS_SIZE: usize = 28;

impl Course {
    /// Whether this is the small class that exists in both schools.
    pub(super) fn is_special(&self) -> bool {
        self.label == "ULIS"
    }

    /// Names of the classes for so many pupils of the course: `6A`, `6B`… or `2NDE 1`, `2NDE 2`…
    pub(super) fn classes(&self, pupils: usize) -> Vec<String> {
        if self.is_special() {
            return vec![self.class_prefix.to_owned()];
        }
        let count = pupils.div_ceil(CLASS_SIZE).clamp(1, 26);
        (0..count)
            .map(|n| {
                if self.school == COLLEGE {
                    // count is at most 26
                    format!("{}{}", self.class_prefix, char::from(b'A' + n as u8))
                } else {
                    format!("{}{}", self.class_prefix, n + 1)
                }
            })
            .collect()
    }
}

/// The course that classes of this name follow, at this school.
pub(in crate::sandbox) fn class_courses(school: usize, class: &str) -> Option<&'static Course> {
    COURSES
        .iter()
        .find(|c| c.school == school && class.starts_with(c.class_prefix))
}

/// Subjects: code and label, the frequent ones first.
pub(super) const SUBJECTS: &[(&str, &str)] = &[
    ("L0202", "LETTRES MODERNES"),
    ("L1300", "MATHEMATIQUES"),
    ("L0422", "ANGLAIS"),
    ("L1000", "HISTOIRE GEOGRAPHIE"),
    ("L1600", "SCIENCES DE LA VIE ET DE LA TERRE"),
    ("L1900", "EDUCATION PHYSIQUE ET SPORTIVE"),
    ("L1500", "PHYSIQUE CHIMIE"),
    ("L0426", "ESPAGNOL"),
    ("L1400", "TECHNOLOGIE"),
    ("L1700", "EDUCATION MUSICALE"),
    ("L1800", "ARTS PLASTIQUES"),
    ("L0421", "ALLEMAND"),
    ("L0100", "PHILOSOPHIE"),
];

/// Teaching groups across the classes of a course: suffix of the name.
pub(super) const GROUPS: [&str; 3] = ["LV2 ESP", "LV2 ALL", "LATIN"];
