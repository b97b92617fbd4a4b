// What libraries print would stand between the lines that people and scripts read. Imported before any of them.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
process.removeAllListeners('warning')
