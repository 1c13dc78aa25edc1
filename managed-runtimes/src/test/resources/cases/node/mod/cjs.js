exports.handler = async () => "cjs in module";
