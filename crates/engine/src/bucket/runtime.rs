//! The one asynchronous runtime of the process: started when a bucket first needs the network.

use std::future::Future;
use std::sync::LazyLock;
use tokio::runtime::{Builder, Handle, Runtime};

/// Threads that move bytes; decoding them is done elsewhere.
const NETWORK_THREADS: usize = 2;

static RUNTIME: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(NETWORK_THREADS)
        .thread_name("snowmelt-network")
        .enable_all()
        .build()
        .ok()
});

/// A handle to the runtime; `None` if the system gives no more threads.
pub(crate) fn handle() -> Option<Handle> {
    RUNTIME.as_ref().map(|runtime| runtime.handle().clone())
}

/// Waits for a future from a thread that is not the runtime's.
pub(crate) fn wait<F>(future: F) -> Option<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (sender, receiver) = std::sync::mpsc::sync_channel(1);
    handle()?.spawn(async move {
        // The receiver waits below: it is there.
        let _ = sender.send(future.await);
    });
    receiver.recv().ok()
}
