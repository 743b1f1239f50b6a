using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

/// <summary>A public stream of the shared platform, for all tests of this folder: the first segments take their time.</summary>
internal static class Station
{
    private static readonly Lazy<Task<Guid>> Stream = new(AddAsync);

    /// <summary>Its id, when its playlist can be played.</summary>
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
