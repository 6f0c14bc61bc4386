//! A file as it comes in, on a thread of its own, into checked rows.

use std::{
    cell::Cell,
    io::{self, BufRead, Read},
    rc::Rc,
    sync::Arc,
};

use csv::ByteRecord;
use kit::{Error, Input, Result};
use tokio::sync::mpsc;
use tokio_util::io::SyncIoBridge;

use super::{columns::Columns, json, mapping::Plan};
use crate::model::Edit;

/// Rows that travel together.
const CHUNK_ROWS: usize = 256;
/// Chunks that wait for the database.
const CHUNKS: usize = 8;
/// The longest row in bytes. A quote that is never closed would make the rest of the file one row.
pub(super) const MAX_ROW: usize = 1 << 20;
/// Bytes read at once.
const BUFFER: usize = 1 << 16;
/// What some programs put before UTF-8 text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

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
    /// Where it begins, counted from 1: the line in CSV, the row in JSON.
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
    /// Where the source says its next page is.
    Next(String),
}

/// Reads ahead of the database, a few chunks at most.
pub(super) struct Reader(mpsc::Receiver<Result<Chunk>>);

impl Reader {
    /// Starts to read. When the reader is dropped, the thread ends with its next chunk.
    pub(super) fn start(input: Input, plan: Arc<Plan>) -> Self {
        let (chunks, received) = mpsc::channel(CHUNKS);
        let bridge = SyncIoBridge::new(input);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = read(bridge, &plan, &chunks) {
                let _ = chunks.blocking_send(Err(error));
            }
        });
        Self(received)
    }

    /// The next chunk; none at the end.
    ///
    /// # Errors
    /// The input is neither CSV nor JSON, or has other columns than can be understood.
    pub(super) async fn next(&mut self) -> Result<Option<Chunk>> {
        self.0.recv().await.transpose()
    }
}

/// Where rows go, chunk by chunk.
pub(super) struct Sink<'a> {
    chunks: &'a mpsc::Sender<Result<Chunk>>,
    lines: Vec<Line>,
    /// Bytes that the row at hand may still take.
    left: Rc<Cell<usize>>,
    bytes: Rc<Cell<u64>>,
}

impl Sink<'_> {
    /// Adds a row; false when nobody waits for it any more.
    pub(super) fn push(&mut self, line: Line) -> bool {
        self.left.set(MAX_ROW);
        self.lines.push(line);
        self.lines.len() < CHUNK_ROWS || self.flush()
    }

    /// Hands over what there is.
    fn flush(&mut self) -> bool {
        let lines = std::mem::replace(&mut self.lines, Vec::with_capacity(CHUNK_ROWS));
        self.chunks.blocking_send(Ok(Chunk::Lines { lines, bytes: self.bytes.get() })).is_ok()
    }

    /// Tells people something.
    fn say(&self, text: String) -> bool {
        self.chunks.blocking_send(Ok(Chunk::Notice(text))).is_ok()
    }

    /// Whether nobody waits any more.
    pub(super) fn is_closed(&self) -> bool {
        self.chunks.is_closed()
    }
}

/// Bounds what one row may take, and counts.
struct Bounded<R> {
    inner: R,
    left: Rc<Cell<usize>>,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other("a row is longer than 1 MiB: is a quote left open?"));
        }
        let count = self.inner.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(count));
        self.bytes.set(self.bytes.get() + count as u64);
        Ok(count)
    }
}

/// The next byte that is no space; none at the end.
///
/// # Errors
/// The input broke off.
pub(super) fn skip_space(input: &mut impl BufRead) -> Result<Option<u8>> {
    loop {
        let buffer = input.fill_buf().map_err(|error| broken(&error))?;
        if buffer.is_empty() {
            return Ok(None);
        }
        let spaces = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let next = buffer.get(spaces).copied();
        input.consume(spaces);
        if next.is_some() {
            return Ok(next);
        }
    }
}

/// The input cannot be read.
pub(super) fn broken(error: &io::Error) -> Error {
    Error::bad_request(format!("the file cannot be read: {error}"))
}

fn read(input: impl Read, plan: &Plan, chunks: &mpsc::Sender<Result<Chunk>>) -> Result<()> {
    let (left, bytes) = (Rc::new(Cell::new(MAX_ROW)), Rc::new(Cell::new(0)));
    let mut sink = Sink { chunks, lines: Vec::new(), left: left.clone(), bytes: bytes.clone() };
    let bounded = Bounded { inner: input, left, bytes };
    let mut input = io::BufReader::with_capacity(BUFFER, bounded);
    let is_marked = input.fill_buf().map_err(|e| broken(&e))?.starts_with(BYTE_ORDER_MARK);
    if is_marked {
        input.consume(BYTE_ORDER_MARK.len());
    }
    let read = match skip_space(&mut input)? {
        None => Err(Error::bad_request("the file is empty")),
        Some(b'{' | b'[') => json::read(input, plan, &mut sink),
        Some(_) => csv_rows(input, plan, &mut sink).map(|()| None),
    };
    // What came before a fault stands.
    sink.flush();
    if let Some(next) = read? {
        let _ = chunks.blocking_send(Ok(Chunk::Next(next)));
    }
    Ok(())
}

fn csv_rows(input: impl Read, plan: &Plan, sink: &mut Sink<'_>) -> Result<()> {
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
    let mut record = ByteRecord::new();
    csv.read_byte_record(&mut record).map_err(|e| unreadable(&e))?;
    let (columns, ignored) = Columns::of(&record, plan)?;
    if !ignored.is_empty()
        && !sink.say(format!("columns without meaning here: {}", ignored.join(", ")))
    {
        return Ok(());
    }
    while csv.read_byte_record(&mut record).map_err(|e| unreadable(&e))? {
        let number = record.position().map_or(0, csv::Position::line);
        if !sink.push(Line { number, row: columns.row(&record, plan) }) {
            break;
        }
    }
    Ok(())
}

fn unreadable(error: &csv::Error) -> Error {
    Error::bad_request(format!("the file cannot be read as CSV: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Datum, Field};

    async fn lines(text: impl Into<Vec<u8>>) -> Result<(Vec<Line>, Vec<String>)> {
        let input: Input = Box::pin(io::Cursor::new(text.into()));
        let mut reader = Reader::start(input, Arc::default());
        let (mut all, mut notices) = (Vec::new(), Vec::new());
        while let Some(chunk) = reader.next().await? {
            match chunk {
                Chunk::Notice(text) => notices.push(text),
                Chunk::Lines { lines, .. } => all.extend(lines),
                Chunk::Next(link) => notices.push(format!("next: {link}")),
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
        for text in ["", " \n", "a,b,c\n1,2,3\n", "street,address,city,state\n", "street,city\n"] {
            let error = lines(text).await.unwrap_err();
            assert_eq!(error.code().status, 400, "{text}: {error}");
        }
        let (found, _) = lines(b"street,city,state\n1 \xff St,B,CA\n".to_vec()).await.unwrap();
        assert_eq!(found[0].row.clone().unwrap_err(), "street is not UTF-8 text");
    }

    const ROW: &str = concat!(
        r#"{"ListingKey":"7","UnparsedAddress":"1 A St","City":"B","#,
        r#""StateOrProvince":"CA","X":[{}]}"#,
    );

    #[tokio::test]
    async fn json_in_three_forms() {
        let forms = [
            format!("[{ROW},\n{ROW}]"),
            format!("\u{feff} {ROW}\n{ROW}\n"),
            format!(r#"{{"@odata.context":"x","value":[{ROW},{ROW}],"@odata.nextLink":"y"}}"#),
        ];
        for text in forms {
            let (found, _) = lines(text.clone()).await.unwrap();
            let numbers: Vec<_> = found.iter().map(|line| line.number).collect();
            assert_eq!(numbers, [1, 2], "{text}");
            assert_eq!(found[0].row.as_ref().unwrap().source_id, "7");
        }
        let (found, _) = lines("[]").await.unwrap();
        assert!(found.is_empty());
    }

    #[tokio::test]
    async fn json_values_keep_their_digits_and_bad_ones_are_rejected() {
        let with = |more: &str| format!(r#"{{"street":"1 A","city":"B","state":"CA",{more}}}"#);
        let text = [
            with(r#""ListPrice":90071992547.93,"bedrooms":null,"venue":"  ""#),
            with(r#""status":["sold"]"#),
            with(r#""venue":"room\u0000""#),
            with(r#""list_price":1e3"#),
            r#"{"city":"B"}"#.to_owned(),
        ];
        let (found, _) = lines(text.join("\n")).await.unwrap();
        let edit = &found[0].row.as_ref().unwrap().edit.0;
        assert_eq!(
            edit[3..],
            [(Field::ListPrice, Some(Datum::Minor(9_007_199_254_793))), (Field::Bedrooms, None)]
        );
        let reasons: Vec<_> = found[1..].iter().map(|l| l.row.clone().unwrap_err()).collect();
        assert_eq!(
            reasons,
            [
                "status is neither text nor a number",
                "venue contains control characters: `room`",
                "list_price is not a decimal number: `1e3`",
                "street is missing",
            ]
        );
    }

    #[tokio::test]
    async fn lines_of_json_stand_for_themselves() {
        let row = |number: u32| ROW.replace("1 A St", &format!("{number} A St"));
        let long = format!("\"{}\"", "x".repeat(10_000));
        let text = [&row(1), r#"{"street":"2 A St","city":"#, &row(3), "", &long, &row(5), "{]}"];
        let (found, _) = lines(text.join("\r\n") + "\r\n").await.unwrap();
        let numbers: Vec<_> = found.iter().map(|line| (line.number, line.row.is_ok())).collect();
        let expected = [(1, true), (2, false), (3, true), (4, false), (5, true), (6, false)];
        assert_eq!(numbers, expected);
        let reason = |at: usize| found[at].row.clone().unwrap_err();
        let cut = "it is no JSON that is read here, column 26: EOF while parsing a value";
        assert_eq!(reason(1), cut);
        assert!(reason(3).len() < 300, "{}", reason(3));
        // What ends within a line has broken off, and may not be what was meant.
        let text = format!("{}\n{}", row(1), r#"{"street":"2 A St","city""#);
        assert_eq!(lines(text).await.unwrap_err().code().status, 400);
    }

    #[tokio::test]
    async fn objects_may_take_several_lines_or_share_one() {
        let spread = ROW.replace(',', ",\n");
        let text = format!("{spread}{spread} {ROW} {spread}\n{ROW}{ROW}\n");
        let (found, _) = lines(text).await.unwrap();
        let numbers: Vec<_> = found.iter().map(|line| (line.number, line.row.is_ok())).collect();
        assert_eq!(numbers, (1..=6).map(|number| (number, true)).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn json_that_breaks_off() {
        for text in ["[1]", "{", "[{}", r#"{"value":7}"#, "[{\"a\":}]"] {
            let error = lines(text).await.unwrap_err();
            assert_eq!(error.code().status, 400, "{text}: {error}");
        }
    }
}
