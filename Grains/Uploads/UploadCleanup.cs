using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Tidies up behind work on an upload.</summary>
internal static class UploadCleanup
{
    /// <summary>The upload may have been deleted meanwhile, and what was put since then would stay for ever.</summary>
    public static async Task TidyAsync(IGrainFactory grains, IObjectStore store, string upload, string prefix)
    {
        if (await grains.GetGrain<IUploadGrain>(upload).FindMedia() is null)
            await store.DeleteAllAsync(prefix, CancellationToken.None);
    }
}
