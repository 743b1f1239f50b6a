using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

/// <summary>A public stream of the shared platform. The tests of this folder share it because the first segments take some time.</summary>
internal static class SharedStream
{
    private static readonly Lazy<Task<Guid>> Stream = new(AddAsync);

    /// <summary>Returns its id once its playlist can be played.</summary>
    public static Task<Guid> OnAirAsync() => Stream.Value;

    private static async Task<Guid> AddAsync()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        using var response = await shared.Platform.Client.GetAsync(new Uri($"/v1/streams/{id}/live.m3u8", UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return id;
    }
}
