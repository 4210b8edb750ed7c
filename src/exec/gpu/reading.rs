//! Numbers on their way back from the GPU: staging buffers and the future that waits for one.

use core::cell::{Cell, RefCell};
use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll, Waker};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::ExecError;
use super::Context;

/// Staging buffers.
#[derive(Clone, Default)]
pub(super) struct Pool(Rc<Staging>);

#[derive(Default)]
struct Staging {
    /// Those that no reading uses at the moment.
    idle: RefCell<Vec<wgpu::Buffer>>,
    made: Cell<usize>,
}

/// How many staging buffers may be idle.
const MAX_IDLE: usize = 4;

impl Pool {
    /// A buffer of at least `bytes`, which must not be 0.
    pub(super) fn take(&self, device: &wgpu::Device, bytes: u64) -> wgpu::Buffer {
        let mut idle = self.0.idle.borrow_mut();
        let fits = (0..idle.len()).filter(|&i| idle[i].size() >= bytes).min_by_key(|&i| idle[i].size());
        match fits {
            Some(i) => idle.swap_remove(i),
            None => {
                self.0.made.set(self.0.made.get() + 1);
                device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some("staging"),
                    size: bytes.next_multiple_of(256),
                    usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                })
            }
        }
    }

    /// Buffers created so far.
    pub(super) fn made(&self) -> usize {
        self.0.made.get()
    }

    fn put(&self, buffer: wgpu::Buffer) {
        let mut idle = self.0.idle.borrow_mut();
        idle.push(buffer);
        if idle.len() > MAX_IDLE {
            idle.remove(0);
        }
    }
}

/// A mapping in progress. Dropping it early only costs its staging buffer.
pub(super) struct Mapping {
    context: Context,
    pool: Pool,
    staging: Option<wgpu::Buffer>,
    submission: wgpu::SubmissionIndex,
    /// Numbers of each view, in the order they lie in the staging buffer.
    lens: Vec<usize>,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    done: Option<Result<(), wgpu::BufferAsyncError>>,
    waker: Option<Waker>,
}

impl Mapping {
    /// Starts to map `staging`, into which `submission` copies `lens` numbers of each view.
    pub(super) fn start(
        context: Context,
        pool: Pool,
        staging: wgpu::Buffer,
        submission: wgpu::SubmissionIndex,
        lens: Vec<usize>,
    ) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let bytes = 4 * lens.iter().sum::<usize>() as u64;
        staging.map_async(wgpu::MapMode::Read, 0..bytes, move |result| {
            let waker = {
                let mut state = shared.lock().unwrap_or_else(PoisonError::into_inner);
                state.done = Some(result);
                state.waker.take()
            };
            if let Some(waker) = waker {
                waker.wake();
            }
        });
        Mapping { context, pool, staging: Some(staging), submission, lens, state }
    }

    /// Lets the device make progress. In a browser it does so by itself and this returns at once; natively it waits.
    ///
    /// Firefox does so too seldom: see [`Context::nudge`].
    fn advance(&self) {
        let wait = wgpu::PollType::Wait { submission_index: Some(self.submission.clone()), timeout: None };
        // The outcome shows in `state`: a failed wait leaves it empty, which `poll` reports.
        let _ = self.context.device.poll(wait);
    }

    fn collect(&mut self) -> Result<Vec<Vec<f32>>, ExecError> {
        let Some(staging) = self.staging.take() else {
            return Err(ExecError::Lost("a reading was polled after it had finished".into()));
        };
        let bytes = 4 * self.lens.iter().sum::<usize>() as u64;
        let numbers: Vec<Vec<f32>> = {
            let mapped = staging.get_mapped_range(0..bytes).map_err(|e| ExecError::Lost(e.to_string()))?;
            let mut rest: &[u8] = &mapped;
            let mut next = |len: &usize| {
                let (head, tail) = rest.split_at(4 * len);
                rest = tail;
                bytemuck::pod_collect_to_vec(head)
            };
            self.lens.iter().map(&mut next).collect()
        };
        staging.unmap();
        self.pool.put(staging);
        self.context.check().map(|()| numbers)
    }
}

impl Future for Mapping {
    type Output = Result<Vec<Vec<f32>>, ExecError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let state = self.state.clone();
        let done = || state.lock().unwrap_or_else(PoisonError::into_inner).done.take();
        let mut result = done();
        if result.is_none() {
            state.lock().unwrap_or_else(PoisonError::into_inner).waker = Some(cx.waker().clone());
            self.advance();
            result = done();
        }
        match result {
            Some(Ok(())) => Poll::Ready(self.collect()),
            Some(Err(why)) => {
                let lost = || ExecError::Lost(format!("reading back failed: {why}"));
                Poll::Ready(Err(self.context.fault.take().unwrap_or_else(lost)))
            }
            None if cfg!(target_arch = "wasm32") => Poll::Pending,
            None => {
                let lost = || ExecError::Lost("the device stopped answering".into());
                Poll::Ready(Err(self.context.fault.take().unwrap_or_else(lost)))
            }
        }
    }
}
