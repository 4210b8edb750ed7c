//! The curve as sound, by the browser's own oscillators. Nothing is made, and nothing sounds, before somebody asks.

use wasm_bindgen::prelude::*;
use web_sys::{AudioContext, OscillatorType};

use super::dom::{Result, window};
use crate::view::tones::{SECONDS, Tones};

/// Between two looks at where the sound is, milliseconds.
const FRAME: i32 = 50;
/// Fading in and out, seconds: a sudden tone clicks.
const FADE: f64 = 0.05;

/// How a voice sounds: its wave, how loud it is, and from which side it comes.
type Timbre = (OscillatorType, f32, f32);
const TRAIN: Timbre = (OscillatorType::Sine, 0.12, -0.7);
const TEST: Timbre = (OscillatorType::Triangle, 0.16, 0.7);

/// A run that sounds; it ends with this.
pub struct Sound {
    context: AudioContext,
    timer: i32,
    _tick: Closure<dyn FnMut()>,
}

/// Whether this browser makes sounds.
pub fn can_sound() -> bool {
    js_sys::Reflect::has(&js_sys::global(), &"AudioContext".into()).unwrap_or(false)
}

impl Sound {
    /// Plays. `at` hears of the step that sounds, and of none once it is over.
    pub fn play(tones: Tones, at: impl Fn(Option<u32>) + 'static) -> Result<Sound> {
        let context = AudioContext::new()?;
        let begin = context.current_time() + FADE;
        for (pitches, test) in tones.voices {
            voice(&context, begin, pitches, if test { TEST } else { TRAIN })?;
        }
        let (clock, steps) = (context.clone(), tones.steps);
        let tick = Closure::<dyn FnMut()>::new(move || {
            let fraction = (clock.current_time() - begin) / SECONDS;
            let index = (fraction.max(0.0) * steps.len() as f64) as usize;
            at(steps.get(index).copied());
        });
        let timer = window()?.set_interval_with_callback_and_timeout_and_arguments_0(tick.as_ref().unchecked_ref(), FRAME)?;
        Ok(Sound { context, timer, _tick: tick })
    }
}

/// One voice, from its oscillator to the ear.
fn voice(context: &AudioContext, begin: f64, mut pitches: Vec<f32>, (wave, loud, side): Timbre) -> Result<()> {
    let (source, gain, pan) = (context.create_oscillator()?, context.create_gain()?, context.create_stereo_panner()?);
    source.set_type(wave);
    source.frequency().set_value_curve_at_time(&mut pitches, begin, SECONDS)?;
    let (level, end) = (gain.gain(), begin + SECONDS);
    level.set_value_at_time(0.0, begin)?;
    level.linear_ramp_to_value_at_time(loud, begin + FADE)?;
    level.set_value_at_time(loud, end - FADE)?;
    level.linear_ramp_to_value_at_time(0.0, end)?;
    pan.pan().set_value(side);
    source.connect_with_audio_node(&gain)?;
    gain.connect_with_audio_node(&pan)?;
    pan.connect_with_audio_node(&context.destination())?;
    source.start_with_when(begin)?;
    source.stop_with_when(end)
}

impl Drop for Sound {
    fn drop(&mut self) {
        if let Ok(window) = window() {
            window.clear_interval_with_handle(self.timer);
        }
        let _ = self.context.close();
    }
}
