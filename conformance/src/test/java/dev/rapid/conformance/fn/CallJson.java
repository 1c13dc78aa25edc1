package dev.rapid.conformance.fn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What the load balancer says about a call, member by member in its order. */
final class CallJson {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicLong NEXT = new AtomicLong();

  private final Map<String, Object> members = new LinkedHashMap<>();
  private final Map<String, String> config = new LinkedHashMap<>();
  private final Map<String, List<String>> headers = new LinkedHashMap<>();

  private CallJson(String fnId) {
    members.put("id", "01JCALL%019d".formatted(NEXT.incrementAndGet()));
    members.put("status", "running");
    members.put("image", "example/" + fnId + ":0.0.1");
    members.put("type", "sync");
    members.put("url", "http://gateway.example:8080/invoke/" + fnId);
    members.put("method", "POST");
    members.put("timeout", 30);
    members.put("idle_timeout", 30);
    members.put("memory", 128);
    members.put("config", config);
    members.put("headers", headers);
    members.put("completed_at", "0001-01-01T00:00:00.000Z");
    members.put("created_at", "2026-11-20T12:18:20.276Z");
    members.put("started_at", "2026-11-20T12:18:20.276Z");
    members.put("app_id", "app-of-" + fnId);
    members.put("app_name", "app");
    members.put("trigger_id", "");
    members.put("fn_id", fnId);
    config.put("FN_APP_ID", "app-of-" + fnId);
    config.put("FN_FN_ID", fnId);
    config.put("FN_MEMORY", "128");
    config.put("FN_TYPE", "sync");
  }

  /** Returns a call of a function. */
  static CallJson to(String fnId) {
    return new CallJson(fnId);
  }

  /** Says what the tiny worker does. */
  CallJson doing(String what) {
    return header("X-Do", what);
  }

  CallJson header(String name, String... values) {
    headers.computeIfAbsent(name, key -> new ArrayList<>()).addAll(List.of(values));
    return this;
  }

  /** Sets a variable of the worker; calls with other variables have other workers. */
  CallJson config(String name, String value) {
    config.put(name, value);
    return this;
  }

  /** Lets the call have a worker that calls of other tests do not have. */
  CallJson ownWorkers(String name) {
    return config("WORKERS_OF", name);
  }

  CallJson timeout(int seconds) {
    return with("timeout", seconds);
  }

  CallJson idleTimeout(int seconds) {
    return with("idle_timeout", seconds);
  }

  CallJson memory(int megabytes) {
    return with("memory", megabytes);
  }

  CallJson detached() {
    return with("type", "detached");
  }

  CallJson with(String member, Object value) {
    members.put(member, value);
    return this;
  }

  CallJson without(String member) {
    members.remove(member);
    return this;
  }

  String id() {
    return String.valueOf(members.get("id"));
  }

  String text() {
    try {
      return JSON.writeValueAsString(members);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
