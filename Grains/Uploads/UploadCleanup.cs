using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Cleans up after work on an upload.</summary>
internal static class UploadCleanup
{
    /// <summary>If the upload was deleted in the meantime, deletes the objects written after that, which would otherwise never be deleted.</summary>
    public static async Task TidyAsync(IGrainFactory grains, IObjectStore store, string upload, string prefix)
    {
        if (await grains.GetGrain<IUploadGrain>(upload).FindMedia() is null)
            await store.DeleteAllAsync(prefix, CancellationToken.None);
    }
}
