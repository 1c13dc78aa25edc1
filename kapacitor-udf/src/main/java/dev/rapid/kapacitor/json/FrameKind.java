package dev.rapid.kapacitor.json;

import com.google.protobuf.MessageLite;
import dev.rapid.kapacitor.protocol.BeginBatch;
import dev.rapid.kapacitor.protocol.EndBatch;
import dev.rapid.kapacitor.protocol.Point;
import dev.rapid.kapacitor.protocol.Request;
import dev.rapid.kapacitor.protocol.Response;

/** Makes frames of data, which both directions have. */
interface FrameKind<F extends MessageLite> {

  /** Data for an agent. */
  FrameKind<Request> REQUESTS =
      new FrameKind<>() {
        @Override
        public Request begin(BeginBatch begin) {
          return Request.newBuilder().setBegin(begin).build();
        }

        @Override
        public Request point(Point point) {
          return Request.newBuilder().setPoint(point).build();
        }

        @Override
        public Request end(EndBatch end) {
          return Request.newBuilder().setEnd(end).build();
        }
      };

  /** Data for a host. */
  FrameKind<Response> RESPONSES =
      new FrameKind<>() {
        @Override
        public Response begin(BeginBatch begin) {
          return Response.newBuilder().setBegin(begin).build();
        }

        @Override
        public Response point(Point point) {
          return Response.newBuilder().setPoint(point).build();
        }

        @Override
        public Response end(EndBatch end) {
          return Response.newBuilder().setEnd(end).build();
        }
      };

  F begin(BeginBatch begin);

  F point(Point point);

  F end(EndBatch end);
}
