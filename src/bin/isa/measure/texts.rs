//! What naga writes of a launch: SPIR-V as wgpu hands it to Vulkan, and what Firefox hands to Windows and to macOS.

use ash::vk::DescriptorType;
use naga::back::{hlsl, msl, spv};
use naga::proc::{BoundsCheckPolicies, BoundsCheckPolicy};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{AddressSpace, Module, ShaderStage};

/// A launch in the languages of GPUs.
pub struct Texts {
    /// For Vulkan.
    pub spirv: Vec<u32>,
    /// The bindings of groups 0 and 1.
    pub bindings: [Vec<(u32, DescriptorType)>; 2],
    /// Bytes of the text for Windows.
    pub hlsl: usize,
    /// Bytes of the text for macOS.
    pub msl: usize,
}

impl Texts {
    /// Translates; `robust` is whether the device itself minds the ends of buffers.
    ///
    /// # Errors
    /// naga's.
    pub fn of(wgsl: &str, robust: bool) -> Result<Texts, String> {
        let module = naga::front::wgsl::parse_str(wgsl).map_err(|error| error.emit_to_string(wgsl))?;
        let info = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
        let info = info.map_err(|error| error.emit_to_string(wgsl))?;
        Ok(Texts {
            spirv: spirv(&module, &info, robust)?,
            bindings: bindings(&module),
            hlsl: hlsl(&module, &info)?,
            msl: msl(&module, &info)?,
        })
    }
}

fn bindings(module: &Module) -> [Vec<(u32, DescriptorType)>; 2] {
    [0, 1].map(|group| {
        let globals = module.global_variables.iter().filter_map(|(_, global)| {
            let kind = match global.space {
                AddressSpace::Uniform => DescriptorType::UNIFORM_BUFFER,
                _ => DescriptorType::STORAGE_BUFFER,
            };
            global.binding.filter(|at| at.group == group).map(|at| (at.binding, kind))
        });
        globals.collect()
    })
}

/// naga's options as wgpu sets them for a device without debugging, and as `src/exec/gpu/pipelines.rs` asks for them: so that
/// the numbers are those of real use.
fn spirv(module: &Module, info: &ModuleInfo, robust: bool) -> Result<Vec<u32>, String> {
    let options = spv::Options {
        lang_version: (1, 6),
        flags: spv::WriterFlags::LABEL_VARYINGS | spv::WriterFlags::FORCE_POINT_SIZE,
        bounds_check_policies: BoundsCheckPolicies {
            index: BoundsCheckPolicy::Restrict,
            buffer: if robust { BoundsCheckPolicy::Unchecked } else { BoundsCheckPolicy::Restrict },
            image_load: BoundsCheckPolicy::Unchecked,
            binding_array: BoundsCheckPolicy::Unchecked,
        },
        zero_initialize_workgroup_memory: spv::ZeroInitializeWorkgroupMemoryMode::None,
        force_loop_bounding: true,
        emit_int_div_checks: true,
        // Every binding keeps its number.
        fake_missing_bindings: true,
        ..spv::Options::default()
    };
    let entry = spv::PipelineOptions { shader_stage: ShaderStage::Compute, entry_point: "main".into() };
    spv::write_vec(module, info, &options, Some(&entry)).map_err(|error| format!("no SPIR-V: {error}"))
}

/// Browsers clear workgroup memory, and check every index.
fn hlsl(module: &Module, info: &ModuleInfo) -> Result<usize, String> {
    let (options, entry) = (hlsl::Options::default(), hlsl::PipelineOptions::default());
    let mut text = String::new();
    let written = hlsl::Writer::new(&mut text, &options, &entry).write(module, info, None);
    written.map(|_| text.len()).map_err(|error| format!("no HLSL: {error}"))
}

fn msl(module: &Module, info: &ModuleInfo) -> Result<usize, String> {
    let checked = BoundsCheckPolicy::Restrict;
    let options = msl::Options {
        lang_version: (2, 4),
        bounds_check_policies: BoundsCheckPolicies {
            index: checked,
            buffer: checked,
            image_load: checked,
            binding_array: BoundsCheckPolicy::Unchecked,
        },
        ..msl::Options::default()
    };
    let written = msl::write_string(module, info, &options, &msl::PipelineOptions::default());
    written.map(|(text, _)| text.len()).map_err(|error| format!("no MSL: {error}"))
}
