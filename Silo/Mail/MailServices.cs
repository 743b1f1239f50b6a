using AudioOrleans.Persistence.Mail;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Silo.Mail;

/// <summary>Adds the sending of mail to a silo.</summary>
internal static class MailServices
{
    /// <summary>Adds the sender; without settings for mail it does nothing.</summary>
    public static IServiceCollection AddMailSender(this IServiceCollection services) =>
        services.AddSingleton<OutboxTable>().AddSingleton<SmtpDelivery>().AddHostedService<MailSender>();
}
