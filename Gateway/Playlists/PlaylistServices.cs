namespace AudioOrleans.Gateway.Playlists;

/// <summary>What playlists need in the gateway.</summary>
public static class PlaylistServices
{
    /// <summary>Adds access, the count of plays, and what is known of files in the store.</summary>
    public static IServiceCollection AddPlaylists(this IServiceCollection services)
    {
        services.AddSingleton<PlaylistAccessCache>().AddHostedService(provider => provider.GetRequiredService<PlaylistAccessCache>());
        services.AddSingleton<PlayCounter>().AddHostedService(provider => provider.GetRequiredService<PlayCounter>());
        services.AddSingleton<BrokenTracks>();
        services.AddSingleton<PartPresence>();
        return services;
    }
}
