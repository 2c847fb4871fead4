libserver_a_SOURCES += server/address.c server/address.h server/config.c server/config.h \
	server/config_options.c server/config_options.h server/config_scan.c server/config_scan.h \
	server/config_table.c server/config_table.h server/config_values.c server/config_values.h \
	server/runtime_path.c server/runtime_path.h server/text_list.c server/text_list.h
