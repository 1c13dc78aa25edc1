exports.handler=async()=>"x"
