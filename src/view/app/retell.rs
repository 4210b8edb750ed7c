//! The state while the page changes its language.

use super::App;
use crate::language::{Language, retranslate};
use crate::protocol::Command;

impl App {
    /// Another language was spoken before. What is put into words when it is drawn is drawn again; of what was put into words when it
    /// happened, messages with values stay as they were said.
    pub fn retell(&mut self, before: &Language) {
        let reason = self.trainer.as_mut().map(|trainer| &mut trainer.reason);
        for said in self.problems.iter_mut().chain(&mut self.notes).chain(reason) {
            if let Some(again) = retranslate(said, before) {
                *said = again.into();
            }
        }
        if !self.claims.is_empty() {
            self.ask_claim();
        }
        self.version += 1;
        if self.worker.listens() {
            self.teach();
        }
    }

    /// The worker speaks the visitor's language.
    pub(super) fn teach(&mut self) {
        self.send(Command::speak());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::language::{learn, speak};
    use crate::protocol::Event;
    use crate::view::app::Effect;

    #[test]
    fn messages_are_told_again_and_all_that_follows_the_configuration_is_drawn_again() {
        learn("fr", vec!["The run was lost.".into(), "Le calcul est perdu.".into()]);
        let mut app = App::new(Config::standard(), &[], None);
        app.problems = vec!["The run was lost.".into(), "p is 4.".into()];
        app.notes = vec!["The run was lost.".into()];
        let (english, version) = (speak("en"), app.version);
        let french = speak("fr");
        app.retell(english);
        assert_eq!(
            (&*app.problems, &*app.notes),
            (&["Le calcul est perdu.", "p is 4."].map(String::from)[..], &["Le calcul est perdu.".to_string()][..])
        );
        assert!(app.version > version);
        speak("en");
        app.retell(french);
        assert_eq!(app.problems[0], "The run was lost.");
    }

    #[test]
    fn a_worker_speaks_the_language_of_the_lab_before_it_builds_anything() {
        learn("es", vec!["The GPU".into(), "La GPU".into()]);
        let mut app = App::new(Config::standard(), &[], Some("none".into()));
        app.start();
        speak("es");
        app.update(Event::Hello);
        let sent = |app: &mut App| {
            app.take_effects()
                .into_iter()
                .filter_map(|effect| match effect {
                    Effect::Send(command) => Some(command),
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        let spanish = Command::Speak { language: "es".into(), texts: vec!["The GPU".into(), "La GPU".into()] };
        let sent_first = sent(&mut app);
        assert_eq!((&sent_first[0], matches!(sent_first[1], Command::Load(..))), (&spanish, true));
        let before = crate::language::spoken();
        speak("en");
        app.retell(before);
        assert_eq!(sent(&mut app), [Command::Speak { language: "en".into(), texts: vec![] }]);
    }
}
