namespace AudioOrleans.Gateway.Playlists;

/// <summary>The gateway's services for playlists.</summary>
public static class PlaylistServices
{
    /// <summary>Adds access checks, play counts, and the cache of files known to be in the store.</summary>
    public static IServiceCollection AddPlaylists(this IServiceCollection services)
    {
        services.AddSingleton<PlaylistAccessCache>().AddHostedService(provider => provider.GetRequiredService<PlaylistAccessCache>());
        services.AddSingleton<PlayCounter>().AddHostedService(provider => provider.GetRequiredService<PlayCounter>());
        services.AddSingleton<BrokenTracks>();
        services.AddSingleton<PartPresence>();
        return services;
    }
}
