//! Functions for the crate `azure-functions`, a worker of Azure Functions that comes from elsewhere.

mod functions;

azure_functions::export! {
    functions::greet,
    functions::queued,
    functions::timed,
    functions::fails,
    functions::sleeps,
    functions::repeats,
}

fn main() {
    azure_functions::worker_main(std::env::args(), EXPORTS);
}
