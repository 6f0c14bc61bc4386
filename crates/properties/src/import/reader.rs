//! CSV as it comes in, on a thread of its own, into checked rows.

use std::{
    cell::Cell,
    collections::BTreeMap,
    io::{self, Read},
    rc::Rc,
};

use csv::ByteRecord;
use kit::{Error, Input, Result};
use tokio::sync::mpsc;
use tokio_util::io::SyncIoBridge;

use super::columns::Columns;
use crate::model::Edit;

/// Rows that travel together.
const CHUNK_ROWS: usize = 256;
/// Chunks that wait for the database.
const CHUNKS: usize = 8;
/// The longest row in bytes. A quote that is never closed would make the rest of the file one row.
const MAX_ROW: usize = 1 << 20;
/// Bytes read at once.
const BUFFER: usize = 1 << 16;

/// A row that can be brought in.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SourceRow {
    pub(super) edit: Edit,
    /// The source's own name for the property.
    pub(super) source_id: String,
    pub(super) address_key: String,
    pub(super) parcel_key: Option<String>,
}

/// A row of the file, good or not.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    /// Where it begins, counted from 1.
    pub(super) number: u64,
    /// The row, or why it is rejected.
    pub(super) row: Result<SourceRow, String>,
}

/// What the reader hands over.
pub(super) enum Chunk {
    /// Something for people.
    Notice(String),
    /// Rows, and how many bytes of the file were read so far.
    Lines { lines: Vec<Line>, bytes: u64 },
}

/// Reads ahead of the database, a few chunks at most.
pub(super) struct Reader(mpsc::Receiver<Result<Chunk>>);

impl Reader {
    /// Starts to read. When the reader is dropped, the thread ends with its next chunk.
    pub(super) fn start(input: Input, map: BTreeMap<String, String>) -> Self {
        let (chunks, received) = mpsc::channel(CHUNKS);
        let bridge = SyncIoBridge::new(input);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read(bridge, &map, &chunks) {
                let _ = chunks.blocking_send(Err(error));
            }
        });
        Self(received)
    }

    /// The next chunk; none at the end.
    ///
    /// # Errors
    /// The input is no CSV, or has other columns than can be understood.
    pub(super) async fn next(&mut self) -> Result<Option<Chunk>> {
        self.0.recv().await.transpose()
    }
}

/// Bounds what one row may take.
struct Bounded<R> {
    inner: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other("a row is longer than 1 MiB: is a quote left open?"));
        }
        let count = self.inner.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(count));
        Ok(count)
    }
}

fn read(
    input: impl Read,
    map: &BTreeMap<String, String>,
    chunks: &mpsc::Sender<Result<Chunk>>,
) -> Result<()> {
    let left = Rc::new(Cell::new(MAX_ROW));
    let mut csv = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(BUFFER)
        .from_reader(Bounded { inner: input, left: left.clone() });
    let mut record = ByteRecord::new();
    if !csv.read_byte_record(&mut record).map_err(|e| unreadable(&e))? {
        return Err(Error::bad_request("the file is empty"));
    }
    let (columns, ignored) = Columns::of(&record, map)?;
    if !ignored.is_empty() {
        let text = format!("columns without meaning here: {}", ignored.join(", "));
        if chunks.blocking_send(Ok(Chunk::Notice(text))).is_err() {
            return Ok(());
        }
    }
    let mut lines = Vec::with_capacity(CHUNK_ROWS);
    loop {
        left.set(MAX_ROW);
        let more = csv.read_byte_record(&mut record).map_err(|e| unreadable(&e));
        if !matches!(more, Ok(true)) || lines.len() == CHUNK_ROWS {
            let full = std::mem::replace(&mut lines, Vec::with_capacity(CHUNK_ROWS));
            let chunk = Chunk::Lines { lines: full, bytes: csv.position().byte() };
            if chunks.blocking_send(Ok(chunk)).is_err() || !more? {
                return Ok(());
            }
        }
        let number = record.position().map_or(0, csv::Position::line);
        lines.push(Line { number, row: columns.row(&record) });
    }
}

fn unreadable(error: &csv::Error) -> Error {
    Error::bad_request(format!("the file cannot be read as CSV: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: impl Into<Vec<u8>>) -> Result<(Vec<Line>, Vec<String>)> {
        let input: Input = Box::pin(io::Cursor::new(text.into()));
        let mut reader = Reader::start(input, BTreeMap::new());
        let (mut all, mut notices) = (Vec::new(), Vec::new());
        while let Some(chunk) = reader.next().await? {
            match chunk {
                Chunk::Notice(text) => notices.push(text),
                Chunk::Lines { lines, .. } => all.extend(lines),
            }
        }
        Ok((all, notices))
    }

    #[tokio::test]
    async fn rows_come_with_their_lines() {
        let text = "\u{feff}Street Address,City,StateOrProvince,Description,Colour\n\
            1 A St,B,CA,\"two\nlines\",red\n\
            2 A St,B,Ontario,,red\n\
            3 A St,B\n\
            4 A St,B,CA,,red\n";
        let (found, notices) = lines(text).await.unwrap();
        assert_eq!(notices, ["columns without meaning here: Colour"]);
        let numbers: Vec<_> = found.iter().map(|line| (line.number, line.row.is_ok())).collect();
        assert_eq!(numbers, [(2, true), (4, false), (5, false), (6, true)]);
        let reason = |at: usize| found[at].row.clone().unwrap_err();
        assert_eq!(reason(1), "state is not a state of the United States: `Ontario`");
        assert_eq!(reason(2), "it has 2 cells where the heading has 5");
    }

    #[tokio::test]
    async fn long_files_come_in_chunks_and_whole() {
        let mut text = "street,city,state\n".to_owned();
        for number in 1..=1000 {
            text += &format!("{number} A St,B,CA\n");
        }
        let (found, _) = lines(text).await.unwrap();
        assert_eq!(found.len(), 1000);
        assert!(found.iter().zip(2..).all(|(line, number)| line.number == number));
    }

    #[tokio::test]
    async fn a_quote_left_open_ends_the_import() {
        let mut text = "street,city,state\n1 A St,B,CA\n\"2 A St,B,CA\n".to_owned();
        text.extend(std::iter::repeat_n("3 A St,B,CA\n", 200_000));
        let error = lines(text).await.unwrap_err();
        assert!(error.message().contains("is a quote left open?"), "{error}");
    }

    #[tokio::test]
    async fn what_is_no_table_is_refused() {
        for text in ["", "a,b,c\n1,2,3\n", "street,address,city,state\n", "street,city\n"] {
            let error = lines(text).await.unwrap_err();
            assert_eq!(error.code().status, 400, "{text}: {error}");
        }
        let (found, _) = lines(b"street,city,state\n1 \xff St,B,CA\n".to_vec()).await.unwrap();
        assert_eq!(found[0].row.clone().unwrap_err(), "street is not UTF-8 text");
    }
}
