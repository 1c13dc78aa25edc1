use azure_functions::{
    bindings::{HttpRequest, HttpResponse, QueueMessage, QueueTrigger, TimerInfo},
    func,
    http::Body,
};
use log::{error, info, warn};
use std::{thread, time::Duration};

/// Says what it got.
#[func]
#[binding(name = "request", route = "greet/{name}")]
pub fn greet(request: HttpRequest) -> HttpResponse {
    let text = format!(
        "{} {} name={} x={} in={} body={}",
        request.method(),
        request.url(),
        of(request.route_params().get("name")),
        of(request.query_params().get("x")),
        of(request.headers().get("x-in")),
        request.body().as_str().unwrap_or("not text")
    );
    info!("greets");
    warn!("warns");
    error!("complains");
    HttpResponse::build()
        .status(201)
        .header("X-Out", "v")
        .body(text)
        .finish()
}

fn of(value: Option<&String>) -> &str {
    value.map(String::as_str).unwrap_or("-")
}

#[func]
#[binding(name = "message", queue_name = "in")]
#[binding(name = "$return", queue_name = "out")]
pub fn queued(message: QueueTrigger) -> QueueMessage {
    format!(
        "{} times={} id={}",
        message.message.as_str().unwrap_or("not text"),
        message.dequeue_count,
        message.id
    )
    .into()
}

#[func]
#[binding(name = "timer", schedule = "0 */5 * * * *")]
#[binding(name = "$return", queue_name = "out")]
pub fn timed(timer: TimerInfo) -> QueueMessage {
    format!(
        "past due={} next={}",
        timer.is_past_due,
        timer.schedule_status.next.to_rfc3339()
    )
    .into()
}

/// Panics with its body.
#[func]
pub fn fails(request: HttpRequest) -> HttpResponse {
    panic!("{}", request.body().as_str().unwrap_or("no text"))
}

/// Answers after the milliseconds of its body.
#[func]
pub fn sleeps(request: HttpRequest) -> HttpResponse {
    let body = request.body();
    let text = body.as_str().unwrap_or("0").to_string();
    thread::sleep(Duration::from_millis(text.parse().unwrap_or(0)));
    text.into()
}

/// Returns the body that it got.
#[func]
pub fn repeats(request: HttpRequest) -> HttpResponse {
    Body::from(request.body().as_bytes().to_vec()).into()
}
