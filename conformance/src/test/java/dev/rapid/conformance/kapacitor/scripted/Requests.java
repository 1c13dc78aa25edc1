package dev.rapid.conformance.kapacitor.scripted;

import com.google.protobuf.ByteString;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.InfoRequest;
import dev.rapid.kapacitor.protocol.InitRequest;
import dev.rapid.kapacitor.protocol.KeepaliveRequest;
import dev.rapid.kapacitor.protocol.Option;
import dev.rapid.kapacitor.protocol.OptionValue;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.RestoreRequest;
import dev.rapid.kapacitor.protocol.SnapshotRequest;
import dev.rapid.kapacitor.protocol.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a host says, as Kapacitor fills it in (contract kapacitor-udf, section 5.6). */
public final class Requests {

  private Requests() {}

  public static Request info() {
    return Request.newBuilder().setInfo(InfoRequest.getDefaultInstance()).build();
  }

  /** Returns an Init of the node {@code udf2} in the task {@code task1}. */
  public static Request init(Option... options) {
    InitRequest.Builder init = InitRequest.newBuilder().setTaskID("task1").setNodeID("udf2");
    return Request.newBuilder().setInit(init.addAllOptions(List.of(options))).build();
  }

  /** Returns an option with one string. */
  public static Option option(String name, String value) {
    OptionValue.Builder text =
        OptionValue.newBuilder().setType(ValueType.STRING).setStringValue(value);
    return Option.newBuilder().setName(name).addValues(text).build();
  }

  /** Returns an option with one integer. */
  public static Option option(String name, long value) {
    OptionValue.Builder number = OptionValue.newBuilder().setType(ValueType.INT).setIntValue(value);
    return Option.newBuilder().setName(name).addValues(number).build();
  }

  public static Request keepalive(long time) {
    return Request.newBuilder().setKeepalive(KeepaliveRequest.newBuilder().setTime(time)).build();
  }

  public static Request snapshot() {
    return Request.newBuilder().setSnapshot(SnapshotRequest.getDefaultInstance()).build();
  }

  public static Request restore(ByteString snapshot) {
    return Request.newBuilder()
        .setRestore(RestoreRequest.newBuilder().setSnapshot(snapshot))
        .build();
  }

  /** Returns a point of a stream, with the field {@code value}. */
  public static Request point(long time, double value) {
    return point(streamPoint(time).putFieldsDouble("value", value));
  }

  /** Returns a point of a stream that is an action for the function. */
  public static Request act(long time, String action) {
    return point(streamPoint(time).putFieldsString("do", action));
  }

  public static Request point(Point.Builder point) {
    return Request.newBuilder().setPoint(point).build();
  }

  /** Returns a point of the group {@code host=a}, without fields. */
  public static Point.Builder streamPoint(long time) {
    return Point.newBuilder()
        .setTime(time)
        .setName("cpu")
        .setDatabase("db")
        .setRetentionPolicy("rp")
        .setGroup("host=a")
        .addDimensions("host")
        .putTags("host", "a");
  }

  /** Returns the begin of a batch of the group {@code host=a}. */
  public static Request begin(int size) {
    BeginBatch.Builder begin =
        BeginBatch.newBuilder()
            .setName("cpu")
            .setGroup("host=a")
            .putTags("host", "a")
            .setSize(size);
    return Request.newBuilder().setBegin(begin).build();
  }

  /** Returns a point of a batch, with the field {@code value}. */
  public static Request batchPoint(long time, double value) {
    return point(batchPoint(time).putFieldsDouble("value", value));
  }

  public static Point.Builder batchPoint(long time) {
    return Point.newBuilder().setTime(time).setGroup("host=a").putTags("host", "a");
  }

  public static Request end(long tmax) {
    EndBatch.Builder end = EndBatch.newBuilder().setName("cpu").setGroup("host=a").setTmax(tmax);
    return Request.newBuilder().setEnd(end.putAllTags(Map.of("host", "a"))).build();
  }

  /** Returns a whole batch whose points have these values, one nanosecond after the other. */
  public static List<Request> batch(double... values) {
    List<Request> batch = new ArrayList<>();
    batch.add(begin(values.length));
    for (int i = 0; i < values.length; i++) {
      batch.add(batchPoint(i, values[i]));
    }
    batch.add(end(Math.max(0, values.length - 1)));
    return batch;
  }

  /** Returns a batch with one point that is an action for the function. */
  public static List<Request> batchAct(String action) {
    return List.of(begin(1), point(batchPoint(0).putFieldsString("do", action)), end(0));
  }
}
