use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::within;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status line and the headers, in lower case.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header. The name is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

/// A connection that sends bytes as they are.
pub(crate) struct Client<S = TcpStream> {
    stream: S,
    unread: Vec<u8>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        Self::over(within(TcpStream::connect(address)).await.unwrap())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self {
            stream,
            unread: Vec::new(),
        }
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.stream.write_all(bytes.as_ref())).await.unwrap();
    }

    /// Sends bytes, and says whether the peer still takes them.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        within(self.stream.write_all(bytes.as_ref())).await.is_ok()
    }

    /// Closes the writing half.
    pub(crate) async fn half_close(&mut self) {
        within(self.stream.shutdown()).await.unwrap();
    }

    /// Reads the next status line and headers.
    pub(crate) async fn head(&mut self) -> String {
        loop {
            let end = self.unread.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head: Vec<u8> = self.unread.drain(..end + 4).collect();
                return String::from_utf8(head).unwrap().to_lowercase();
            }
            assert!(self.fill().await, "closed before an answer");
        }
    }

    /// Reads the next answer.
    pub(crate) async fn answer(&mut self) -> Answer {
        let head = self.head().await;
        let mut answer = Answer {
            status: head[9..12].parse().unwrap(),
            head,
            body: String::new(),
        };
        let length = answer
            .header("content-length")
            .map_or(0, |l| l.parse().unwrap());
        while self.unread.len() < length {
            assert!(self.fill().await, "closed within an answer");
        }
        let body: Vec<u8> = self.unread.drain(..length).collect();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    /// Reads up to the end of the connection.
    pub(crate) async fn rest(&mut self) -> String {
        while self.fill().await {}
        String::from_utf8_lossy(&self.unread).to_lowercase()
    }

    /// Reads up to the end of the connection, as it is.
    pub(crate) async fn rest_bytes(&mut self) -> Vec<u8> {
        while self.fill().await {}
        std::mem::take(&mut self.unread)
    }

    /// Reads more bytes. Returns false when the connection has ended, in order or by a reset.
    async fn fill(&mut self) -> bool {
        let read = within(self.stream.read_buf(&mut self.unread)).await;
        matches!(read, Ok(read) if read > 0)
    }

    pub(crate) fn into_stream(self) -> S {
        self.stream
    }
}

/// The head of a POST with this content length.
pub(crate) fn post(path: &str, length: usize) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n")
}
