//! The null device of Mesa's driver for AMD: compiles as for a real GPU, and says what came out.
#![expect(unsafe_code, reason = "every call of Vulkan is unsafe; each here gets valid handles, and memory that outlives it")]

use std::ffi::CStr;
use std::time::Instant;

use ash::prelude::VkResult;
use ash::{Device, Entry, Instance, ext, khr, vk};

use super::driver;

/// A device that compiles.
pub struct Compiler {
    instance: Instance,
    device: Device,
    executables: khr::pipeline_executable_properties::Device,
    /// Which GPU it compiles for, in the driver's words.
    pub name: String,
    /// Whether reads past a buffer's end are the hardware's business. wgpu then leaves them to it.
    pub robust: bool,
    // The library must outlive what came from it.
    _entry: Entry,
}

/// What the driver says of a pipeline.
#[derive(Debug)]
pub struct Statistics {
    named: Vec<(String, u64)>,
    /// The compilation's time.
    pub ms: f64,
}

impl Statistics {
    /// The number of this name.
    ///
    /// # Errors
    /// When the driver has none, with those it has.
    pub fn get(&self, name: &str) -> Result<u64, String> {
        let found = self.named.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let names: Vec<&str> = self.named.iter().map(|(name, _)| name.as_str()).collect();
            format!("the driver has no number called {name:?}, only {names:?}; take another version of {}", driver::PACKAGE)
        })
    }
}

impl Compiler {
    /// The device that this process's environment names, see [`driver::environment`].
    ///
    /// # Errors
    /// Says what is missing, and what to do.
    pub fn open() -> Result<Compiler, String> {
        // SAFETY: the system's loader does at its start what libraries usually do.
        let entry = unsafe { Entry::load() }.map_err(|e| format!("no Vulkan on this machine ({e}); install libvulkan1"))?;
        let application = vk::ApplicationInfo::default().api_version(vk::API_VERSION_1_3);
        let wish = vk::InstanceCreateInfo::default().application_info(&application);
        let instance = unsafe { entry.create_instance(&wish, None) }
            .map_err(|e| format!("Vulkan does not start ({e}); is {} a driver's file?", driver::DRIVER))?;
        match of_instance(&instance) {
            Ok((device, name, robust)) => {
                let executables = khr::pipeline_executable_properties::Device::new(&instance, &device);
                Ok(Compiler { instance, device, executables, name, robust, _entry: entry })
            }
            Err(why) => {
                unsafe { instance.destroy_instance(None) };
                Err(why)
            }
        }
    }

    /// Compiles a module with the entry point `main` and these bindings of groups 0 and 1.
    ///
    /// # Errors
    /// The driver's.
    pub fn compile(&self, spirv: &[u32], bindings: &[Vec<(u32, vk::DescriptorType)>; 2]) -> Result<Statistics, String> {
        let say = |what: &'static str| move |error: vk::Result| format!("the driver cannot make {what}: {error}");
        let device = &self.device;
        let slot = |&(binding, kind): &(u32, vk::DescriptorType)| {
            let slot = vk::DescriptorSetLayoutBinding::default().binding(binding).descriptor_type(kind);
            slot.descriptor_count(1).stage_flags(vk::ShaderStageFlags::COMPUTE)
        };
        let mut sets = vec![];
        for bindings in bindings {
            let slots: Vec<_> = bindings.iter().map(slot).collect();
            let wish = vk::DescriptorSetLayoutCreateInfo::default().bindings(&slots);
            sets.push(unsafe { device.create_descriptor_set_layout(&wish, None) }.map_err(say("the bindings"))?);
        }
        let wish = vk::PipelineLayoutCreateInfo::default().set_layouts(&sets);
        let layout = unsafe { device.create_pipeline_layout(&wish, None) }.map_err(say("the layout"))?;
        let wish = vk::ShaderModuleCreateInfo::default().code(spirv);
        let module = unsafe { device.create_shader_module(&wish, None) }.map_err(say("the module"))?;
        let stage =
            vk::PipelineShaderStageCreateInfo::default().stage(vk::ShaderStageFlags::COMPUTE).module(module).name(c"main");
        let flags = vk::PipelineCreateFlags::CAPTURE_STATISTICS_KHR;
        let wish = vk::ComputePipelineCreateInfo::default().flags(flags).stage(stage).layout(layout);
        let start = Instant::now();
        let made = unsafe { device.create_compute_pipelines(vk::PipelineCache::null(), &[wish], None) };
        let ms = 1000.0 * start.elapsed().as_secs_f64();
        let found = made.map_err(|(_, error)| error).and_then(|made| {
            let found = self.statistics(made[0]);
            unsafe { device.destroy_pipeline(made[0], None) };
            found
        });
        unsafe {
            device.destroy_shader_module(module, None);
            device.destroy_pipeline_layout(layout, None);
            sets.iter().for_each(|set| device.destroy_descriptor_set_layout(*set, None));
        }
        found.map(|named| Statistics { named, ms }).map_err(say("the pipeline"))
    }

    fn statistics(&self, pipeline: vk::Pipeline) -> VkResult<Vec<(String, u64)>> {
        // A compute pipeline is one executable.
        let which = vk::PipelineExecutableInfoKHR::default().pipeline(pipeline).executable_index(0);
        let list = unsafe { self.executables.get_pipeline_executable_statistics(&which) }?;
        let number = |one: &vk::PipelineExecutableStatisticKHR| {
            let name = one.name_as_c_str().unwrap_or_default().to_string_lossy().into_owned();
            // SAFETY: the union holds what the format says.
            let value = match one.format {
                vk::PipelineExecutableStatisticFormatKHR::UINT64 => unsafe { one.value.u64 },
                vk::PipelineExecutableStatisticFormatKHR::INT64 => unsafe { one.value.i64 }.max(0) as u64,
                _ => return None,
            };
            Some((name, value))
        };
        Ok(list.iter().filter_map(number).collect())
    }
}

impl Drop for Compiler {
    fn drop(&mut self) {
        unsafe {
            self.device.destroy_device(None);
            self.instance.destroy_instance(None);
        }
    }
}

/// The first device, its name, and whether it is robust.
fn of_instance(instance: &Instance) -> Result<(Device, String, bool), String> {
    let family = std::env::var(driver::FAMILY).unwrap_or_default();
    let say =
        |error: vk::Result| format!("the AMD driver gives no device for the family {family:?} ({error}); {}", driver::KNOWN);
    let all = unsafe { instance.enumerate_physical_devices() }.map_err(say)?;
    let physical = *all.first().ok_or_else(|| say(vk::Result::ERROR_INITIALIZATION_FAILED))?;
    let mut driver = vk::PhysicalDeviceDriverProperties::default();
    let mut about = vk::PhysicalDeviceProperties2::default().push_next(&mut driver);
    unsafe { instance.get_physical_device_properties2(physical, &mut about) };
    let text = |text: Result<&CStr, _>| text.map(CStr::to_string_lossy).unwrap_or_default().into_owned();
    let gpu = text(about.properties.device_name_as_c_str());
    let name = format!("{gpu}, {}", text(driver.driver_info_as_c_str()));
    if driver.driver_id != vk::DriverId::MESA_RADV {
        return Err(format!("{name} is not the AMD driver of Mesa; is {} set to it?", driver::DRIVER));
    }

    let extensions = unsafe { instance.enumerate_device_extension_properties(physical) }.map_err(say)?;
    let has = |name: &CStr| extensions.iter().any(|known| known.extension_name_as_c_str() == Ok(name));
    if !has(khr::pipeline_executable_properties::NAME) {
        return Err(format!("{name} says nothing of its pipelines; take another version of {}", driver::PACKAGE));
    }
    let robust = has(ext::robustness2::NAME);
    let mut names = vec![khr::pipeline_executable_properties::NAME.as_ptr()];
    if robust {
        names.push(ext::robustness2::NAME.as_ptr());
    }
    // What wgpu asks of a device, as far as it changes code.
    let mut executables = vk::PhysicalDevicePipelineExecutablePropertiesFeaturesKHR::default().pipeline_executable_info(true);
    let mut limits = vk::PhysicalDeviceRobustness2FeaturesEXT::default().robust_buffer_access2(true).robust_image_access2(true);
    let core = vk::PhysicalDeviceFeatures::default().robust_buffer_access(true);
    let queues = [vk::DeviceQueueCreateInfo::default().queue_priorities(&[1.0])];
    let mut wish = vk::DeviceCreateInfo::default().queue_create_infos(&queues).enabled_extension_names(&names);
    wish = wish.enabled_features(&core).push_next(&mut executables);
    if robust {
        wish = wish.push_next(&mut limits);
    }
    let device = unsafe { instance.create_device(physical, &wish, None) }.map_err(say)?;
    Ok((device, name, robust))
}
