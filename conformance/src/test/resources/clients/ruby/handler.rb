# A handler that does what its event says; RuntimeClientTest lists what there is.
require 'logger'

raise ArgumentError, 'no luck at init' if ENV['FAIL_INIT']

if ENV['TERM_FILE']
  Signal.trap('TERM') do
    File.write(ENV['TERM_FILE'], 'terminated')
    exit!(0)
  end
end

LOGGER = Logger.new($stdout)

def context_of(context)
  {
    requestId: context.aws_request_id,
    functionName: context.function_name,
    functionVersion: context.function_version,
    functionArn: context.invoked_function_arn,
    memory: context.memory_limit_in_mb.to_i,
    remaining: context.get_remaining_time_in_millis
  }
end

def handle(event:, context:)
  case event['do']
  when 'echo' then return event['value']
  when 'fail' then raise ArgumentError, event['message']
  when 'exit' then exit!(event['status'])
  when 'wait' then sleep(event['seconds'])
  when 'context' then return context_of(context)
  when 'log'
    event['pairs'].times do |number|
      $stdout.write("printed #{number}\n")
      LOGGER.info("logged #{number}")
    end
  when 'lines' then LOGGER.info("one\ntwo\nthree")
  when 'count' then File.write(event['file'], 'x', mode: 'a')
  end
  nil
end
