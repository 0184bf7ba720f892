import json, os
from litellm.integrations.custom_logger import CustomLogger

private = dict.fromkeys(["messages", "response", "error_str", "error_information"])    # no prompts, no answers

class SpendfuseLogger(CustomLogger):
    async def async_log_success_event(self, kwargs, response_obj, start_time, end_time):
        payload = {**kwargs["standard_logging_object"], **private}
        with open(os.environ["SPENDFUSE_LOG"], "ab", buffering=0) as log:
            log.write(json.dumps(payload, default=str).encode() + b"\n")

    async_log_failure_event = async_log_success_event

spendfuse_logger = SpendfuseLogger()
