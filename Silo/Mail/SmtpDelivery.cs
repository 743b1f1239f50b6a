using System.Net;
using System.Net.Mail;
using System.Text;
using Audio.Orleans.Grains.Mail;

namespace Audio.Orleans.Silo.Mail;

/// <summary>Hands one mail to the SMTP server.</summary>
public sealed class SmtpDelivery(MailOptions options)
{
    /// <summary>Returns when the server has taken the mail.</summary>
    /// <param name="mailId">Stands in the mail, so that one which is sent twice can be known as the same.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="SmtpException">The server cannot be reached or does not take it; the text may name the address.</exception>
    /// <exception cref="FormatException">What is to be the address is none.</exception>
    public async Task SendAsync(Guid mailId, OutgoingMail mail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mail);
        using var message = Compose(mailId, mail);
        using var client = new SmtpClient(options.Host, options.Port)
        {
            EnableSsl = options.Tls,
            UseDefaultCredentials = false,
            Credentials = options.User is null ? null : new NetworkCredential(options.User, options.Password),
            // Only where the address needs it: not every server on the way knows it (RFC 6531).
            DeliveryFormat = Ascii.IsValid(message.To[0].User) ? SmtpDeliveryFormat.SevenBit : SmtpDeliveryFormat.International,
        };
        await client.SendMailAsync(message, cancellationToken);
    }

    private MailMessage Compose(Guid mailId, OutgoingMail mail)
    {
        // One address and nothing else: what the parser reads out of a text must be all of it.
        var to = new MailAddress(mail.To);
        if (to.Address != mail.To)
            throw new FormatException("The address of a mail is not plain.");
        var message = new MailMessage(options.From!, to) { Subject = mail.Subject, Body = mail.Text, BodyEncoding = Encoding.UTF8, SubjectEncoding = Encoding.UTF8 };
        message.Headers.Add("Message-ID", $"<{mailId:N}@{options.From!.Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated"); // Nobody's holiday answer is wanted (RFC 3834).
        return message;
    }
}
