require("nosuch");
