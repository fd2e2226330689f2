class BasePlugin:
    def __init__(self):
        self.base = True

    def add_callbacks_pre_trainer(self, cfg, model):
        return []

    def post_train(self, cfg, model):
        pass
