//! What a client sent to a server, request by request, to be sent once more by the bare client.

use crate::Result;
use crate::ber;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What is known of it.
    pub head: Head,
    /// As it stood on the wire.
    pub bytes: Vec<u8>,
}

/// What is known of a request, beside its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Which connection it was sent on, counted from 0.
    pub connection: usize,
    /// How many requests of that connection were without an answer when it was sent.
    pub under_way: usize,
    /// The result code that came of it.
    pub code: Option<u8>,
    /// Length of its bytes.
    pub length: usize,
}

/// Writes a trace: a line of JSON with all heads, then the bytes of all.
///
/// # Errors
/// What the file answers.
pub fn write(path: &Path, requests: &[Request]) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    let heads: Vec<Head> = requests.iter().map(|request| request.head).collect();
    let heads = serde_json::to_vec(&heads)?;
    out.write_all(&u64::try_from(heads.len())?.to_le_bytes())?;
    out.write_all(&heads)?;
    for request in requests {
        out.write_all(&request.bytes)?;
    }
    Ok(out.flush()?)
}

/// Reads it again.
///
/// # Errors
/// What the file answers.
pub fn read(path: &Path) -> Result<Vec<Request>> {
    let mut input = BufReader::new(File::open(path)?);
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let mut heads = vec![0; usize::try_from(u64::from_le_bytes(length))?];
    input.read_exact(&mut heads)?;
    let heads: Vec<Head> = serde_json::from_slice(&heads)?;
    let mut requests = Vec::with_capacity(heads.len());
    for head in heads {
        let mut bytes = vec![0; head.length];
        input.read_exact(&mut bytes)?;
        requests.push(Request { head, bytes });
    }
    Ok(requests)
}

/// The attributes of the search that asks for most.
pub fn attributes(requests: &[Request]) -> Vec<String> {
    let asked = requests
        .iter()
        .map(|request| ber::attributes(&request.bytes));
    asked.max_by_key(Vec::len).unwrap_or_default()
}

/// How many requests of which kind, and how often the client waited for the server before it sent more.
pub fn summary(requests: &[Request]) -> String {
    let (mut searches, mut writes, mut others, mut turns) = (0, 0, 0, 0);
    for request in requests {
        let Some(message) = ber::message(&request.bytes) else {
            continue;
        };
        match message.tag {
            ber::SEARCH => searches += 1,
            tag if ber::WRITES.contains(&tag) => writes += 1,
            _ => others += 1,
        }
        turns += usize::from(request.head.under_way == 0 && !message.is_unanswered());
    }
    format!(
        "entctl sent {searches} searches, {writes} writes and {others} other requests; {turns} times it had \
         nothing under way and sent more."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let request = |connection, bytes: &[u8]| Request {
            head: Head {
                connection,
                under_way: 3,
                code: None,
                length: bytes.len(),
            },
            bytes: bytes.to_vec(),
        };
        let requests = [request(0, b"one"), request(1, b""), request(0, b"three")];
        let file = tempfile::NamedTempFile::new().expect("a file");
        write(file.path(), &requests).expect("written");
        assert_eq!(read(file.path()).expect("read"), requests);
    }
}
