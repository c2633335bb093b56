//! One connection of a peer that sends what the input says, and listens until the connection is closed.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::yield_now;

/// How often the other tasks of the thread run between two writes, so that a piece is read by itself, and
/// before the sending half is closed, so that a request is read, verified and answered.
const TURNS_OF_PIECE: usize = 6;
const TURNS: usize = 48;
/// The fewest bytes of one write.
const FEWEST: usize = 16;
/// A first line that begins so tells how many bytes are written at once.
pub(super) const EVERY: &[u8] = b"every ";

/// Sends the bytes, closes the sending half, and returns what was answered until the other half was closed.
pub(super) async fn talk(address: SocketAddr, input: &[u8]) -> Vec<u8> {
    let (at_once, bytes) = pieces(input);
    let mut stream = TcpStream::connect(address).await.expect("a listener");
    stream.set_nodelay(true).expect("a socket");
    let (mut reading, mut writing) = stream.split();
    let send = async {
        for piece in bytes.chunks(at_once) {
            // The listener may have closed already.
            if writing.write_all(piece).await.is_err() {
                return;
            }
            others(TURNS_OF_PIECE).await;
        }
        others(TURNS).await;
        drop(writing.shutdown().await);
    };
    let mut answer = Vec::new();
    let receive = async { drop(reading.read_to_end(&mut answer).await) };
    tokio::join!(send, receive);
    answer
}

/// Lets the other tasks run.
pub(super) async fn others(turns: usize) {
    for _ in 0..turns {
        yield_now().await;
    }
}

/// How many bytes are written at once, and the bytes.
fn pieces(input: &[u8]) -> (usize, &[u8]) {
    let whole = (input.len().max(1), input);
    let Some(rest) = input.strip_prefix(EVERY) else {
        return whole;
    };
    let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
        return whole;
    };
    let size = std::str::from_utf8(&rest[..end]);
    match size.map(str::parse::<usize>) {
        Ok(Ok(size)) => (size.max(FEWEST), &rest[end + 1..]),
        _ => whole,
    }
}
