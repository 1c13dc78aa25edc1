//! A handler that does what its event says; RuntimeClientTest lists what there is.

use lambda_runtime::streaming::{channel, Body, Response};
use lambda_runtime::{service_fn, Error, LambdaEvent};
use serde_json::{json, Value};
use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::time::Duration;

async fn handle(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let LambdaEvent { payload, context } = event;
    match payload["do"].as_str().unwrap_or_default() {
        "echo" => return Ok(payload["value"].clone()),
        "fail" => return Err(payload["message"].as_str().unwrap_or_default().into()),
        "exit" => std::process::exit(payload["status"].as_i64().unwrap_or_default() as i32),
        "wait" => {
            tokio::time::sleep(Duration::from_secs(payload["seconds"].as_u64().unwrap_or_default()))
                .await
        }
        "context" => {
            let remaining = context.deadline().elapsed();
            return Ok(json!({
                "requestId": context.request_id,
                "functionName": context.env_config.function_name,
                "functionVersion": context.env_config.version,
                "functionArn": context.invoked_function_arn,
                "memory": context.env_config.memory,
                "remaining": remaining.err().map(|left| left.duration().as_millis() as u64),
            }));
        }
        "log" => {
            for number in 0..payload["pairs"].as_u64().unwrap_or_default() {
                println!("printed {number}");
                eprintln!("logged {number}");
            }
        }
        "count" => {
            let path = payload["file"].as_str().unwrap_or_default();
            OpenOptions::new().append(true).create(true).open(path)?.write_all(b"x")?;
        }
        _ => {}
    }
    Ok(Value::Null)
}

async fn stream(event: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    let (mut sender, body) = channel();
    tokio::spawn(async move {
        for text in event.payload["text"].as_array().into_iter().flatten() {
            let piece = text.as_str().unwrap_or_default().to_owned();
            if sender.send_data(piece.into()).await.is_err() {
                return;
            }
        }
    });
    Ok(Response::from(body))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    if env::var("FAIL_INIT").is_ok() {
        return Err("no luck at init".into());
    }
    if let Ok(path) = env::var("TERM_FILE") {
        lambda_runtime::spawn_graceful_shutdown_handler(move || async move {
            let _ = std::fs::write(path, "terminated");
        })
        .await;
    }
    match env::var("_HANDLER").as_deref() {
        Ok("stream") => lambda_runtime::run(service_fn(stream)).await,
        _ => lambda_runtime::run(service_fn(handle)).await,
    }
}
