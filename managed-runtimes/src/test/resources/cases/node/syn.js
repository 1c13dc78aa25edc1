exports.handler = function (: {};
