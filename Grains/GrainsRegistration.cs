using AudioOrleans.Configuration;
using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Billing;
using AudioOrleans.Grains.Domains;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Grains.Playlists;
using AudioOrleans.Grains.Podcasts;
using AudioOrleans.Grains.Slugs;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Grains.Tokens;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.Persistence.Accounts;
using AudioOrleans.Persistence.Audit;
using AudioOrleans.Persistence.Billing;
using AudioOrleans.Persistence.Domains;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.Persistence.Podcasts;
using AudioOrleans.Persistence.Slugs;
using AudioOrleans.Persistence.Streams;
using AudioOrleans.Persistence.Uploads;
using AudioOrleans.RelayHost.Domains;
using AudioOrleans.RelayHost.Relays;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AudioOrleans.Grains;

/// <summary>Registers the services of the grains in a silo.</summary>
public static class GrainsRegistration
{
    /// <summary>Adds the services of all grains, and the filters that contain database exceptions and prevent commands from running twice.</summary>
    public static ISiloBuilder AddAudioGrains(this ISiloBuilder silo)
    {
        // The order matters: failures in the second filter are storage faults too.
        silo.AddIncomingGrainCallFilter<StorageFaultFilter>();
        silo.AddIncomingGrainCallFilter<OperationFilter>();
        silo.Services.AddValidatedOptions<TokenOptions>(silo.Configuration);
        silo.Services.AddSingleton<IStateProjection<AccountState>, AccountProjection>();
        silo.Services.AddSingleton<AccountTable>();
        silo.Services.AddSingleton<SigningKeyTable>();
        silo.Services.AddSingleton<PasswordHasher>();
        silo.Services.AddValidatedOptions<LoginOptions>(silo.Configuration);
        silo.Services.AddValidatedOptions(silo.Configuration, SignInOptions.Read);
        silo.Services.AddSingleton<SignInStates>();
        silo.Services.AddOAuthClient();
        silo.Services.AddValidatedOptions(silo.Configuration, MailOptions.Read);
        silo.Services.AddSingleton<Outbox>();
        silo.Services.AddSingleton<AccountMailbox>();
        silo.Services.AddSingleton<SmtpDelivery>();
        silo.Services.AddSingleton<IJobHandler, SendMail>();
        silo.Services.AddSingleton<SigningKeys>();
        silo.Services.AddSingleton<TokenIssuer>();
        silo.Services.AddSingleton<IStateProjection<StreamState>, StreamProjection>();
        silo.Services.AddSingleton<StreamTables>();
        silo.Services.AddSingleton<StreamSecrets>();
        silo.Services.AddSingleton<StreamRelay>();
        silo.Services.AddSingleton<IStateProjection<UploadState>, UploadProjection>();
        silo.Services.AddSingleton<UploadTable>();
        silo.Services.AddSingleton<IStateProjection<PlaylistState>, PlaylistProjection>();
        silo.Services.AddSingleton<IStateProjection<ExternalAudioState>, ExternalAudioProjection>();
        silo.Services.AddSingleton<PlaylistTables>();
        silo.Services.AddSingleton<TrackResolver>();
        silo.Services.AddSingleton<ExternalAudioTable>();
        silo.Services.AddSingleton<IStateProjection<PodcastState>, PodcastProjection>();
        silo.Services.AddSingleton<PodcastTables>();
        silo.Services.AddSingleton<DownloadTable>();
        silo.Services.AddSingleton<FeedTokenTable>();
        silo.Services.AddSingleton<EpisodeMediaResolver>();
        silo.Services.AddValidatedOptions(silo.Configuration, PodcastOptions.Read);
        silo.Services.AddValidatedOptions<DomainOptions>(silo.Configuration);
        silo.Services.AddSingleton<IStateProjection<DomainState>, DomainProjection>();
        silo.Services.AddSingleton<DomainTables>();
        silo.Services.AddSingleton<DomainTargets>();
        silo.Services.AddSingleton<DomainCertificates>();
        silo.Services.AddSingleton(services => new DomainDns(DomainOptions.ParseServer(services.GetRequiredService<DomainOptions>().Resolver), services.GetRequiredService<TimeProvider>()));
        silo.Services.AddValidatedOptions<BillingOptions>(silo.Configuration);
        silo.Services.AddSingleton<IStateProjection<PlanState>, PlanProjection>();
        silo.Services.AddSingleton<IStateProjection<SubscriptionState>, SubscriptionProjection>();
        silo.Services.AddSingleton<BillingTables>();
        silo.Services.AddSingleton<IBilling, SandboxBilling>();
        silo.Services.AddSingleton<SlugTable>();
        silo.Services.AddSingleton<SlugClaims>();
        silo.Services.TryAddSingleton(new NodeIdentity(null));
        silo.Services.AddSingleton<IRelayObserver, RelayReporter>();
        silo.Services.AddValidatedOptions<IdempotencyOptions>(silo.Configuration);
        silo.Services.AddSingleton<OperationTable>();
        silo.Services.AddSingleton<OperationSecrets>();
        silo.Services.AddSingleton<OperationAnswers>();
        silo.Services.AddSingleton<OperationLog>();
        silo.Services.AddSingleton<IWriteInterceptor>(services => services.GetRequiredService<OperationLog>());
        silo.Services.AddSingleton<AuditTable>();
        silo.Services.AddSingleton<AuditTrail>();
        silo.Services.AddSingleton<IWriteInterceptor>(services => services.GetRequiredService<AuditTrail>());
        return silo;
    }
}
