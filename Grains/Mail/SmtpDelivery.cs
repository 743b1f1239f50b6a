using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AudioOrleans.Grains.Mail;

/// <summary>Hands one mail to the SMTP server.</summary>
public sealed class SmtpDelivery(MailOptions options)
{
    /// <summary>Returns when the server has taken the mail.</summary>
    /// <param name="mailId">Stands in the mail, so that one which is sent twice can be known as the same.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="cancellationToken">Ends the attempt, whatever it waits for.</param>
    /// <exception cref="FormatException">What is to be the address is none, or the subject is not one line.</exception>
    /// <exception cref="NotSupportedException">The server cannot encrypt, or has no way to log in or to take such an address.</exception>
    /// <exception cref="Exception">MailKit's, and those of sockets and TLS: the server cannot be reached or does not take the mail. The text may name the address.</exception>
    public async Task SendAsync(Guid mailId, OutgoingMail mail, CancellationToken cancellationToken)
    {
        using var message = Compose(mailId, mail);
        // As .NET does it: asking whether a certificate was revoked would mean connections to hosts that the certificate names.
        using var client = new SmtpClient { CheckCertificateRevocation = false };
        await client.ConnectAsync(options.Host!, options.Port, EncryptionOf(options.Tls), cancellationToken);
        if (options.User is not null)
            await client.AuthenticateAsync(options.User, options.Password!, cancellationToken);
        await client.SendAsync(FormatFor(message, client), message, cancellationToken);
        // The server has the mail: this says goodbye and fails for nothing, or the mail would be sent again.
        await client.DisconnectAsync(quit: true, cancellationToken);
    }

    // Never Auto or StartTlsWhenAvailable: they go on without encryption where somebody on the way takes the offer out.
    private static SecureSocketOptions EncryptionOf(SmtpTls tls) => tls switch
    {
        SmtpTls.StartTls => SecureSocketOptions.StartTls,
        SmtpTls.Implicit => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.None,
    };

    /// <summary>UTF-8 in addresses only where the address needs it: not every server on the way knows it (RFC 6531).</summary>
    private static FormatOptions FormatFor(MimeMessage message, SmtpClient client)
    {
        var format = FormatOptions.Default.Clone();
        format.International = !Ascii.IsValid(message.To.Mailboxes.Single().LocalPart);
        if (!format.International)
            client.Capabilities &= ~SmtpCapabilities.UTF8;
        else if (!client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
            throw new NotSupportedException("The server takes no addresses in UTF-8 (SMTPUTF8).");
        return format;
    }

    private MimeMessage Compose(Guid mailId, OutgoingMail mail)
    {
        if (mail.To.Any(char.IsControl) || mail.Subject.Any(char.IsControl))
            throw new FormatException("Address and subject of a mail are one line each.");
        // One address and nothing else: with a name, a comment or a second address it throws.
        var to = new MailboxAddress(null, mail.To);
        if (to.Domain.Length == 0)
            throw new FormatException("The address of a mail has no domain.");
        var message = new MimeMessage([new MailboxAddress(options.From!.DisplayName, options.From.Address)], [to], mail.Subject, new TextPart { Text = mail.Text })
        {
            MessageId = $"{mailId:N}@{options.From.Host}",
        };
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // Nobody's holiday answer is wanted (RFC 3834).
        return message;
    }
}
